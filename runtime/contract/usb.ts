/** What makers of USB chips put where a serial number belongs, on every piece alike. */
const SAME_ON_ALL = /^(0*1?|0*12345\d*|\?+|[- ]+)$/

/** Whether a board on USB can be told from its twins by the serial number that it gives. */
export const isOwnSerial = (serial: string): boolean => !SAME_ON_ALL.test(serial.trim())
