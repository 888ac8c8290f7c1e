#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# qmp.py SOCKET FILE: do what a guest asks its host for. Each line "host: COMMAND"
# that the guest writes to FILE is carried out at QEMU's monitor (QMP, SOCKET),
# one after the other:
#
#   add N      plug a CPU into place N (they count from 0, as QEMU lists them)
#   del N      pull it, and wait until the guest has let it go
#   keep N     pull it; the guest has to refuse
#   no-add N   plug one into place N; QEMU has to refuse
#   no-del N   pull it; QEMU has to refuse
#   wakeup     wait until the guest sleeps, and wake it
#   button     press the power button, in three seconds
#
# The guest sees by itself what comes of it. It ends with QEMU; its status is not 0
# if anything went otherwise.

import json
import select
import socket
import sys
import time

TIMEOUT = 60


class Refused(Exception):
    pass


class Qmp:
    def __init__(self, path):
        self.buf = b''
        self.events = []
        self.sock = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + 10
        while True:
            try:
                self.sock.connect(path)
                break
            except OSError as e:
                if time.monotonic() > end:
                    sys.exit('%s: %s' % (path, e.strerror))
                time.sleep(0.1)
        self.read(TIMEOUT)
        self.command('qmp_capabilities')

    # The next message, or None if there is none in time.
    def read(self, timeout):
        while b'\n' not in self.buf:
            if not select.select([self.sock], [], [], timeout)[0]:
                return None
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.buf += data
        line, self.buf = self.buf.split(b'\n', 1)
        return json.loads(line)

    def command(self, name, **args):
        msg = {'execute': name}
        if args:
            msg['arguments'] = args
        self.sock.sendall(json.dumps(msg).encode())
        while True:
            msg = self.read(TIMEOUT)
            if msg is None:
                raise TimeoutError(name)
            if 'return' in msg:
                return msg['return']
            if 'error' in msg:
                raise Refused(msg['error']['desc'])
            self.events.append(msg)

    # Wait for an event, and forget those before it.
    def wait(self, name):
        end = time.monotonic() + TIMEOUT
        while True:
            while self.events:
                if self.events.pop(0)['event'] == name:
                    return
            msg = self.read(max(0, end - time.monotonic()))
            if msg is None:
                raise TimeoutError('no event ' + name)
            self.events.append(msg)


def places(qmp):
    ids = ('socket-id', 'die-id', 'core-id', 'thread-id')
    return sorted(qmp.command('query-hotpluggable-cpus'),
                  key=lambda c: [c['props'].get(i, 0) for i in ids])


def add(qmp, n):
    place = places(qmp)[n]
    qmp.command('device_add', driver=place['type'], id='cpu%d' % n, **place['props'])


# CPUs of the start have no name, but a path.
def pull(qmp, n):
    place = places(qmp)[n]
    if 'qom-path' not in place:
        raise Refused('there is no CPU in place %d' % n)
    qmp.events.clear()
    qmp.command('device_del', id=place['qom-path'])


def is_refusal(event):
    info = event.get('data', {}).get('info', {})
    # An answer to the request to eject, and neither success nor "in progress".
    return event['event'] == 'ACPI_DEVICE_OST' and info['source'] == 3 and \
        info['status'] not in (0, 132)


# Pull it, and wait until it has gone or the guest has said no. An emulated CPU
# that goes leaves something behind: QEMU does not report DEVICE_DELETED for it.
def pulled(qmp, n):
    pull(qmp, n)
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        if 'qom-path' not in places(qmp)[n]:
            return None
        for event in qmp.events:
            if is_refusal(event):
                return event['data']
        time.sleep(0.1)
    raise TimeoutError('the guest does not answer')


def delete(qmp, n):
    refusal = pulled(qmp, n)
    if refusal:
        raise Refused('the guest keeps it: %s' % refusal)


def keep(qmp, n):
    refusal = pulled(qmp, n)
    if not refusal:
        raise Refused('the guest has let it go')
    return refusal


def refused(command, qmp, n):
    try:
        command(qmp, n)
    except Refused as e:
        return e
    raise Refused('no error')


def wakeup(qmp):
    qmp.wait('SUSPEND')
    time.sleep(1)
    qmp.command('system_wakeup')
    qmp.wait('WAKEUP')


def button(qmp):
    time.sleep(3)
    qmp.command('system_powerdown')


COMMANDS = {
    'add': add,
    'del': delete,
    'keep': keep,
    'no-add': lambda qmp, n: refused(add, qmp, n),
    'no-del': lambda qmp, n: refused(pull, qmp, n),
    'wakeup': wakeup,
    'button': button,
}


def main(path, name):
    qmp = Qmp(path)
    rest = ''
    with open(name, encoding='utf-8', errors='replace') as f:
        while True:
            rest += f.read()
            *lines, rest = rest.split('\n')
            for line in lines:
                if not line.startswith('host: '):
                    continue
                name, *args = line.split()[1:]
                print(name, *args, end=': ', flush=True)
                print(COMMANDS[name](qmp, *map(int, args)) or 'ok', flush=True)
            # Nothing else comes while nothing was asked for, but the end.
            msg = qmp.read(0.05)
            if msg:
                qmp.events.append(msg)


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit('usage: qmp.py SOCKET FILE')
    try:
        main(*sys.argv[1:])
    except (Refused, TimeoutError, KeyError) as e:
        print(repr(e), flush=True)
        sys.exit(1)
    except (EOFError, ConnectionError):
        pass
