"""An FTP server and its client, both with AUTH TLS: python3 ftps.py serve ADDRESS CERTIFICATE PORT..., or
python3 ftps.py use ADDRESS PORT..."""

import ftplib
import io
import ssl
import sys
import tempfile


def serve(address, certificate, *ports):
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import TLS_FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.servers import FTPServer

    authorizer = DummyAuthorizer()
    authorizer.add_user("guest", "books", tempfile.mkdtemp(), perm="elradfmw")
    handler = TLS_FTPHandler
    handler.authorizer = authorizer
    handler.certfile = certificate
    servers = [FTPServer((address, int(port)), handler) for port in ports]
    assert servers
    IOLoop.instance().loop()


def use(address, *ports):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for port in ports:
        with ftplib.FTP_TLS(context=context, timeout=10) as client:
            client.connect(address, int(port))
            client.login("guest", "books")
            client.prot_p()
            # The server opens the data connections of active mode.
            for is_passive in (True, False):
                client.set_pasv(is_passive)
                client.storbinary("STOR notes.txt", io.BytesIO(b"a file of the guest\n"))
                client.retrlines("LIST")
            client.retrbinary("RETR notes.txt", lambda data: None)


{"serve": serve, "use": use}[sys.argv[1]](*sys.argv[2:])
