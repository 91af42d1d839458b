import { hexFromBytes, type ServiceData } from './advertisement.ts'
import { measuredPowerFrom0m, viewOf, type Beacon, type BeaconTelemetry, type EddystoneUrl } from './beacon.ts'

/** The service of Eddystone (Bluetooth SIG, Assigned Numbers 3.4). */
const eddystone = 'feaa'

// Frame types: Eddystone protocol specification.
const uidFrame = 0x00
const urlFrame = 0x10
const tlmFrame = 0x20
const eidFrame = 0x30

/** Value of a TLM field that the beacon does not measure: 0 V, −128 °C. */
const noBattery = 0
const noTemperature = -0x8000

const urlSchemes = ['http://www.', 'https://www.', 'http://', 'https://']
const urlDomains = ['.com', '.org', '.edu', '.net', '.info', '.biz', '.gov']
/** The specification's 17 bytes behind the scheme are what a legacy frame holds; extended advertising holds more. */
const maxEncodedUrlBytes = 230

/** Any Eddystone frame (UID, URL, TLM, EID); `undefined` where it is none, or is cut short, or breaks its own rules. */
export function decodeEddystone(serviceData: ServiceData): Beacon | undefined {
  const bytes = serviceData[eddystone]
  if (!bytes || bytes.length < 2) return undefined
  switch (bytes[0]) {
    case uidFrame:
      return decodeUid(bytes)
    case urlFrame:
      return decodeUrl(bytes)
    case tlmFrame:
      return decodeTlm(bytes)
    case eidFrame:
      return decodeEid(bytes)
    default:
      return undefined
  }
}

/** Type, power at 0 m, namespace (10), instance (6), two reserved bytes that may be missing. */
function decodeUid(bytes: Uint8Array): Beacon | undefined {
  if (bytes.length < 18) return undefined
  const namespace = hexFromBytes(bytes.subarray(2, 12))
  const instance = hexFromBytes(bytes.subarray(12, 18))
  const id = `eddystone-uid:${namespace}:${instance}`
  return { format: 'eddystone-uid', id, measuredPower: powerOf(bytes), namespace, instance }
}

function decodeUrl(bytes: Uint8Array): EddystoneUrl | undefined {
  const url = bytes.length < 3 ? undefined : expandUrl(bytes.subarray(2))
  if (url === undefined) return undefined
  return { format: 'eddystone-url', measuredPower: powerOf(bytes), url }
}

/** Scheme code, then characters; 0x00 to 0x06 stand for a domain ending with a slash, 0x07 to 0x0d for one without. */
function expandUrl(encoded: Uint8Array): string | undefined {
  let url = urlSchemes[encoded[0] ?? urlSchemes.length]
  if (url === undefined || encoded.length > 1 + maxEncodedUrlBytes) return undefined
  for (const code of encoded.subarray(1)) {
    if (code < urlDomains.length) url += `${urlDomains[code]}/`
    else if (code < 2 * urlDomains.length) url += urlDomains[code - urlDomains.length]
    else if (code > 0x20 && code < 0x7f) url += String.fromCharCode(code)
    else return undefined
  }
  return url
}

function decodeTlm(bytes: Uint8Array): Beacon | undefined {
  const telemetry = bytes[1] === 0x00 ? plainTelemetry(bytes) : encryptedTelemetry(bytes)
  return telemetry && { format: 'eddystone-tlm', telemetry }
}

/** mV, then 1/256 °C (signed), then advertisements, then tenths of a second; all big-endian. */
function plainTelemetry(bytes: Uint8Array): BeaconTelemetry | undefined {
  if (bytes.length < 14) return undefined
  const view = viewOf(bytes)
  const millivolts = view.getUint16(2)
  const temperature = view.getInt16(4)
  return {
    encrypted: false,
    ...(millivolts === noBattery ? {} : { batteryVolts: millivolts / 1000 }),
    ...(temperature === noTemperature ? {} : { celsius: temperature / 256 }),
    advertisementCount: view.getUint32(6),
    uptimeSeconds: view.getUint32(10) / 10,
  }
}

/** Version 1: 12 bytes under the beacon's EID key, salt, integrity check. Recognised, never readable here. */
function encryptedTelemetry(bytes: Uint8Array): BeaconTelemetry | undefined {
  return bytes[1] === 0x01 && bytes.length >= 18 ? { encrypted: true } : undefined
}

function decodeEid(bytes: Uint8Array): Beacon | undefined {
  if (bytes.length < 10) return undefined
  const ephemeralId = hexFromBytes(bytes.subarray(2, 10))
  return { format: 'eddystone-eid', measuredPower: powerOf(bytes), ephemeralId }
}

function powerOf(bytes: Uint8Array): number {
  return measuredPowerFrom0m(viewOf(bytes).getInt8(1))
}
