"""Servers and clients of the industry's protocols, each by a library of its own.

    industry.py opcua|s7|iec104|bacnet|coap|dicom serve|ask HOST PORT
"""

import asyncio
import sys
import time

kind, role, host, port = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


async def opcua():
    import asyncua
    url = f"opc.tcp://{host}:{port}/shelf"
    if role == "ask":
        async with asyncua.Client(url) as client:
            print(await client.get_namespace_array())
        return
    server = asyncua.Server()
    await server.init()
    server.set_endpoint(url)
    async with server:
        await asyncio.sleep(600)


async def coap():
    import aiocoap
    from aiocoap import resource
    if role == "ask":
        client = await aiocoap.Context.create_client_context()
        for path in (".well-known/core", "shelf"):
            answer = await client.request(
                aiocoap.Message(code=aiocoap.GET, uri=f"coap://{host}:{port}/{path}")).response
            print(answer.code, answer.payload)
        return

    class Shelf(resource.Resource):
        async def render_get(self, request):
            return aiocoap.Message(payload=b"books")

    site = resource.Site()
    site.add_resource([".well-known", "core"], resource.WKCResource(site.get_resources_as_linkheader))
    site.add_resource(["shelf"], Shelf())
    await aiocoap.Context.create_server_context(site, bind=(host, port))
    await asyncio.sleep(600)


def s7():
    import snap7
    if role == "ask":
        client = snap7.client.Client()
        client.connect(host, 0, 1, port)
        print(client.db_read(1, 0, 8))
        client.disconnect()
        return
    server = snap7.server.Server()
    try:
        area = snap7.type.SrvArea.DB
    except AttributeError:
        area = snap7.SrvArea.DB
    server.register_area(area, 1, bytearray(64))
    server.start(port)
    time.sleep(600)


def iec104():
    import c104
    if role == "ask":
        client = c104.Client()
        station = client.add_connection(ip=host, port=port).add_station(common_address=47)
        station.add_point(io_address=11, type=c104.Type.M_ME_NC_1)
        client.start()
        time.sleep(4)
        client.stop()
        return
    server = c104.Server(ip=host, port=port)
    station = server.add_station(common_address=47)
    station.add_point(io_address=11, type=c104.Type.M_ME_NC_1, report_ms=1000)
    server.start()
    time.sleep(600)


async def bacnet():
    from bacpypes3.argparse import SimpleArgumentParser
    from bacpypes3.app import Application
    from bacpypes3.pdu import Address
    arguments = SimpleArgumentParser().parse_args(
        ["--name", "stage" if role == "serve" else "guest", "--instance", "11" if role == "serve" else "12",
         "--address", f"{host if role == 'serve' else '10.30.0.2'}/24:{port}"])
    application = Application.from_args(arguments)
    if role == "serve":
        await asyncio.sleep(600)
    address = Address(f"{host}:{port}")
    print(await asyncio.wait_for(application.who_is(address=address), 5))
    print(await asyncio.wait_for(application.read_property(address, "device,11", "object-name"), 5))


routine = globals()[kind]()
if routine is not None:
    asyncio.run(routine)
