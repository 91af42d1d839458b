/** Advertisements of sensors in BTHome 2 (bthome.io/format), as Shelly's BLU H&T and BLU Door/Window send them. */

export interface Advertisement {
  /** lower case with colons */
  address: string
  name: string
  /** Service data of 0xFCD2, in hex. */
  serviceData: string
}

/** Two's complement, lowest byte first. */
const int16 = (value: number): string => {
  const raw = Math.round(value) & 0xffff
  return hex(raw & 0xff) + hex(raw >> 8)
}
const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

/** Version 2, in the clear; packet id, battery in %, humidity in % (0x2e), temperature in tenths of a degree (0x45). */
export const thermometer = (address: string, packet: number, celsius: number, percent: number): Advertisement => ({
  address,
  name: 'SBHT-003C',
  serviceData: `4000${hex(packet & 0xff)}01${hex(94)}2e${hex(Math.round(percent))}45${int16(celsius * 10)}`,
})

/** Version 2, in the clear; packet id, battery in %, opening (0x2d: a window). */
export const contact = (address: string, packet: number, open: boolean): Advertisement => ({
  address,
  name: 'SBDW-002C',
  serviceData: `4000${hex(packet & 0xff)}01${hex(91)}2d${open ? '01' : '00'}`,
})

/** The payload as it goes over the air: flags, service data, name (Bluetooth Core 5.4, vol 3 C 11). */
export function onAir({ name, serviceData }: Advertisement): string {
  const service = `16d2fc${serviceData}`
  const named = `09${Buffer.from(name).toString('hex')}`
  return `020106${hex(service.length / 2)}${service}${hex(named.length / 2)}${named}`
}
