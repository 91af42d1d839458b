"""A python3-dbusmock template: BlueZ (org.bluez) with adapters that hear what a test sends into the air.

It behaves as bluetoothd 5 does where a scanner can tell the difference:
- nothing is heard before StartDiscovery, and a second StartDiscovery fails with InProgress;
- the first advertisement of a device comes as InterfacesAdded, the next ones as PropertiesChanged;
- without DuplicateData in the discovery filter, an advertisement that repeats the last one is swallowed.

The test's side is the interface org.endcap.Radio on /.
"""

import json
import time

import dbus
from dbus.lowlevel import SignalMessage
from gi.repository import GLib

from dbusmock import OBJECT_MANAGER_IFACE, mockobject

BUS_NAME = 'org.bluez'
MAIN_OBJ = '/'
SYSTEM_BUS = True
IS_OBJECT_MANAGER = True

ADAPTER = 'org.bluez.Adapter1'
DEVICE = 'org.bluez.Device1'
SERVICE = 'org.bluez.GattService1'
CHARACTERISTIC = 'org.bluez.GattCharacteristic1'
RADIO = 'org.endcap.Radio'


def load(mock, _parameters):
    mock.AddObject('/org/bluez', 'org.bluez.AgentManager1', {}, [])
    _declare_properties_changed()


def _declare_properties_changed():
    """dbusmock's introspection leaves PropertiesChanged out; dbus-next subscribes only to signals that are named there."""
    plain = mockobject.DBusMockObject.Introspect
    interface = '<interface name="org.freedesktop.DBus.Properties">'
    signal = (
        '<signal name="PropertiesChanged"><arg type="s" name="interface"/>'
        '<arg type="a{sv}" name="changed"/><arg type="as" name="invalidated"/></signal>'
    )

    @dbus.service.method(
        dbus.INTROSPECTABLE_IFACE,
        in_signature='',
        out_signature='s',
        path_keyword='object_path',
        connection_keyword='connection',
    )
    def Introspect(self, object_path, connection):
        return plain(self, object_path, connection).replace(interface, interface + signal)

    mockobject.DBusMockObject.Introspect = Introspect


# Adapters


@dbus.service.method(RADIO, in_signature='s', out_signature='')
def AddAdapter(self, name):
    path = '/org/bluez/' + name
    properties = {
        'Address': dbus.String('00:1A:7D:DA:71:1' + name[-1]),
        'Powered': dbus.Boolean(True),
        'Discovering': dbus.Boolean(False),
    }
    methods = [
        ('SetDiscoveryFilter', 'a{sv}', '', set_discovery_filter),
        ('StartDiscovery', '', '', start_discovery),
        ('StopDiscovery', '', '', stop_discovery),
    ]
    self.AddObject(path, ADAPTER, properties, methods)
    adapter = mockobject.objects[path]
    adapter.duplicates = False
    adapter.deaf = False
    _announce(path, {ADAPTER: adapter.props[ADAPTER]})


@dbus.service.method(RADIO, in_signature='s', out_signature='')
def RemoveAdapter(self, name):
    path = '/org/bluez/' + name
    for one in [one for one in mockobject.objects if one == path or one.startswith(path + '/')]:
        self.RemoveObject(one)
    mockobject.objects['/'].EmitSignal(
        OBJECT_MANAGER_IFACE, 'InterfacesRemoved', 'oas', [dbus.ObjectPath(path), [ADAPTER]]
    )


@dbus.service.method(RADIO, in_signature='s', out_signature='')
def StopScanSilently(self, name):
    """What a hung controller does: Discovering stays true, and nothing is heard any more until the scan starts anew."""
    mockobject.objects['/org/bluez/' + name].deaf = True


def set_discovery_filter(adapter, wanted):
    adapter.duplicates = bool(wanted.get('DuplicateData', False))


def start_discovery(adapter):
    if not adapter.props[ADAPTER]['Powered']:
        raise dbus.exceptions.DBusException('Resource Not Ready', name='org.bluez.Error.NotReady')
    if adapter.props[ADAPTER]['Discovering']:
        raise dbus.exceptions.DBusException('Operation already in progress', name='org.bluez.Error.InProgress')
    adapter.deaf = False
    adapter.UpdateProperties(ADAPTER, {'Discovering': dbus.Boolean(True)})


def stop_discovery(adapter):
    if not adapter.props[ADAPTER]['Discovering']:
        raise dbus.exceptions.DBusException('No discovery started', name='org.bluez.Error.Failed')
    adapter.UpdateProperties(ADAPTER, {'Discovering': dbus.Boolean(False)})


# Advertisements


@dbus.service.method(RADIO, in_signature='ss', out_signature='b')
def Advertise(self, name, text):
    """One advertisement: {address, rssi, manufacturerData: {decimal: hex}, serviceData: {uuid: hex}}. True if heard."""
    adapter = mockobject.objects.get('/org/bluez/' + name)
    if adapter is None or adapter.deaf or not adapter.props[ADAPTER]['Discovering']:
        return False
    said = json.loads(text)
    path = _device_path(name, said['address'])
    changes = _changes(said)
    if path not in mockobject.objects:
        _appear(self, path, name, said, changes)
        return True
    device = mockobject.objects[path]
    news = {key: value for key, value in changes.items() if device.props[DEVICE].get(key) != value}
    device.props[DEVICE].update(changes)
    # bluetoothd repeats the data with DuplicateData, and the signal strength whenever it changed.
    told = changes if adapter.duplicates else news
    if told:
        device.EmitSignal(
            dbus.PROPERTIES_IFACE,
            'PropertiesChanged',
            'sa{sv}as',
            [DEVICE, dbus.Dictionary(told, signature='sv'), dbus.Array([], signature='s')],
        )
    return bool(told)


@dbus.service.method(RADIO, in_signature='suuu', out_signature='')
def Flood(self, name, devices, rate, seconds):
    """iBeacons of so many devices, `rate` advertisements a second in all, without dbusmock's log in between."""
    connection = self.connection
    begin = time.monotonic()
    total = rate * seconds
    sent = 0

    def send():
        nonlocal sent
        due = min(total, int((time.monotonic() - begin) * rate))
        while sent < due:
            number = sent % devices
            frame = bytes.fromhex('0215f7826da64fa24e988024bc5b71e0893e') + number.to_bytes(4, 'big') + b'\xc5'
            address = '02:00:00:00:%02X:%02X' % (number >> 8, number & 255)
            signal = SignalMessage(_device_path(name, address), dbus.PROPERTIES_IFACE, 'PropertiesChanged')
            changes = _changes({'rssi': -40 - sent % 50, 'manufacturerData': {'76': frame.hex()}})
            signal.append(DEVICE, changes, dbus.Array([], signature='s'), signature='sa{sv}as')
            connection.send_message(signal)
            sent += 1
        return sent < total

    GLib.timeout_add(5, send)


def _device_path(adapter, address):
    return '/org/bluez/%s/dev_%s' % (adapter, address.replace(':', '_').upper())


def _changes(said):
    changes = {'RSSI': dbus.Int16(said['rssi'], variant_level=1)}
    if said.get('manufacturerData'):
        entries = {dbus.UInt16(int(key)): _bytes(value) for key, value in said['manufacturerData'].items()}
        changes['ManufacturerData'] = dbus.Dictionary(entries, signature='qv', variant_level=1)
    if said.get('serviceData'):
        entries = {dbus.String(key): _bytes(value) for key, value in said['serviceData'].items()}
        changes['ServiceData'] = dbus.Dictionary(entries, signature='sv', variant_level=1)
    return changes


def _bytes(text):
    return dbus.Array(bytes.fromhex(text), signature='y', variant_level=1)


def _appear(self, path, adapter, said, changes):
    properties = {
        'Address': dbus.String(said['address'], variant_level=1),
        'AddressType': dbus.String(said.get('addressType', 'random'), variant_level=1),
        'Adapter': dbus.ObjectPath('/org/bluez/' + adapter, variant_level=1),
        'UUIDs': dbus.Array(said.get('serviceUuids', []), signature='s', variant_level=1),
        'Connected': dbus.Boolean(False, variant_level=1),
        'ServicesResolved': dbus.Boolean(False, variant_level=1),
        **changes,
    }
    if 'name' in said:
        properties['Name'] = dbus.String(said['name'], variant_level=1)
    self.AddObject(path, DEVICE, properties, [('Connect', '', '', connect), ('Disconnect', '', '', disconnect)])
    _announce(path, {DEVICE: properties})


def _announce(path, interfaces):
    mockobject.objects['/'].EmitSignal(
        OBJECT_MANAGER_IFACE, 'InterfacesAdded', 'oa{sa{sv}}', [dbus.ObjectPath(path), interfaces]
    )


# Connections


def connect(device):
    device.UpdateProperties(DEVICE, {'Connected': dbus.Boolean(True), 'ServicesResolved': dbus.Boolean(True)})


def disconnect(device):
    device.UpdateProperties(DEVICE, {'Connected': dbus.Boolean(False), 'ServicesResolved': dbus.Boolean(False)})


@dbus.service.method(RADIO, in_signature='sssss', out_signature='')
def AddCharacteristic(self, name, address, service, characteristic, value):
    """A service with one characteristic that can be read, written and subscribed to; what is written is notified."""
    device = _device_path(name, address)
    parent = device + '/service0010'
    own = parent + '/char0011'
    self.AddObject(
        parent,
        SERVICE,
        {'UUID': dbus.String(service), 'Primary': dbus.Boolean(True), 'Device': dbus.ObjectPath(device)},
        [],
    )
    properties = {
        'UUID': dbus.String(characteristic),
        'Service': dbus.ObjectPath(parent),
        'Value': dbus.Array(bytes.fromhex(value), signature='y'),
        'Notifying': dbus.Boolean(False),
        'Flags': dbus.Array(['read', 'write', 'notify'], signature='s'),
    }
    methods = [
        ('ReadValue', 'a{sv}', 'ay', lambda self, _options: self.props[CHARACTERISTIC]['Value']),
        ('WriteValue', 'aya{sv}', '', lambda self, value, _options: _value(self, value)),
        ('StartNotify', '', '', lambda self: _notifying(self, True)),
        ('StopNotify', '', '', lambda self: _notifying(self, False)),
    ]
    self.AddObject(own, CHARACTERISTIC, properties, methods)


def _value(characteristic, value):
    characteristic.UpdateProperties(CHARACTERISTIC, {'Value': value})


def _notifying(characteristic, notifying):
    characteristic.UpdateProperties(CHARACTERISTIC, {'Notifying': dbus.Boolean(notifying)})


# A watch: Nordic UART


@dbus.service.method(RADIO, in_signature='ss', out_signature='')
def AddUart(self, name, address):
    """The Nordic UART service of a connected device; what is written to it is kept, see Written."""
    device = _device_path(name, address)
    parent = device + '/service0020'
    service = '6e400001-b5a3-f393-e0a9-e50e24dcca9e'
    self.AddObject(
        parent,
        SERVICE,
        {'UUID': dbus.String(service), 'Primary': dbus.Boolean(True), 'Device': dbus.ObjectPath(device)},
        [],
    )
    for number, flags in (('2', ['write', 'write-without-response']), ('3', ['notify'])):
        properties = {
            'UUID': dbus.String('6e40000%s-b5a3-f393-e0a9-e50e24dcca9e' % number),
            'Service': dbus.ObjectPath(parent),
            'Value': dbus.Array([], signature='y'),
            'Notifying': dbus.Boolean(False),
            'Flags': dbus.Array(flags, signature='s'),
        }
        methods = [
            ('WriteValue', 'aya{sv}', '', lambda self, value, _options: _written(self, value)),
            ('StartNotify', '', '', lambda self: _notifying(self, True)),
            ('StopNotify', '', '', lambda self: _notifying(self, False)),
        ]
        self.AddObject('%s/char002%s' % (parent, number), CHARACTERISTIC, properties, methods)
    mockobject.objects[parent + '/char0022'].written = []


def _written(characteristic, value):
    device = mockobject.objects[characteristic.path.rsplit('/', 2)[0]]
    if not device.props[DEVICE]['Connected']:
        raise dbus.exceptions.DBusException('Not connected', name='org.bluez.Error.Failed')
    if len(value) > 20:
        raise dbus.exceptions.DBusException('Invalid Length', name='org.bluez.Error.InvalidValueLength')
    characteristic.written.append(bytes(value))


@dbus.service.method(RADIO, in_signature='ss', out_signature='s')
def Written(self, name, address):
    """All that was written to the UART, as hex."""
    return b''.join(mockobject.objects[_device_path(name, address) + '/service0020/char0022'].written).hex()


@dbus.service.method(RADIO, in_signature='sss', out_signature='')
def Say(self, name, address, text):
    """The watch sends bytes, at most 20 in a notification, as hex."""
    characteristic = mockobject.objects[_device_path(name, address) + '/service0020/char0023']
    data = bytes.fromhex(text)
    for at in range(0, len(data), 20):
        _value(characteristic, dbus.Array(data[at : at + 20], signature='y'))


@dbus.service.method(RADIO, in_signature='ss', out_signature='')
def WalkAway(self, name, address):
    """The connection breaks, as it does out of reach."""
    disconnect(mockobject.objects[_device_path(name, address)])
