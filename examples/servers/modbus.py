"""A Modbus server, or a client that reads its registers, by libmodbus.

    modbus.py serve|ask HOST PORT
"""

import ctypes
import sys

lib = ctypes.CDLL("libmodbus.so.5")
for name in ("modbus_new_tcp", "modbus_mapping_new"):
    getattr(lib, name).restype = ctypes.c_void_p
context = ctypes.c_void_p(lib.modbus_new_tcp(sys.argv[2].encode(), int(sys.argv[3])))

if sys.argv[1] == "serve":
    registers = ctypes.c_void_p(lib.modbus_mapping_new(16, 16, 16, 16))
    listening = ctypes.c_int(lib.modbus_tcp_listen(context, 1))
    query = (ctypes.c_uint8 * 260)()
    while lib.modbus_tcp_accept(context, ctypes.byref(listening)) >= 0:
        while (count := lib.modbus_receive(context, query)) > 0:
            lib.modbus_reply(context, query, count, registers)
else:
    words = (ctypes.c_uint16 * 8)()
    print(lib.modbus_connect(context), lib.modbus_read_registers(context, 0, 4, words),
          lib.modbus_write_register(context, 1, 7), lib.modbus_read_registers(context, 0, 4, words), list(words))
