/**
 * Every error that a person can meet, in one table: what happened, to which thing, and what to do now.
 * `{name}` in a text is filled from the values given to EndcapError. docs/errors.md is written from here.
 */
export interface ErrorDefinition {
  /** HTTP status with which the API answers. */
  status: number
  message: string
  remedy: string
}

const define = <T extends Record<string, ErrorDefinition>>(table: T): T => table

export const errors = define({
  ENDCAP_ACCESS_DENIED: {
    status: 403,
    message: '{who} may not {action}',
    remedy: 'Sign in with a link of the right kind; the manager issues them on the console under Access.',
  },
  ENDCAP_ADDRESS_IN_USE: {
    status: 500,
    message: 'Port {port} on {host} is taken by another program',
    remedy: 'Stop that program, or choose another port with ENDCAP_PORT or network.port in endcap.yaml.',
  },
  ENDCAP_CAUSE_UNKNOWN: {
    status: 422,
    message: '{plugin} named {id} as a cause, an event that it never received',
    remedy: 'Give in `because` only ids of events that were delivered to this plugin.',
  },
  ENDCAP_CHANGED_MEANWHILE: {
    status: 412,
    message: 'Somebody else has changed {what} meanwhile',
    remedy: 'Load it again and make your change once more; nothing was overwritten.',
  },
  ENDCAP_CHILD_GONE: {
    status: 503,
    message: '{plugin} ended before it answered',
    remedy: 'It is restarted by its supervisor; ask again. Its last lines on the console tell why it ended.',
  },
  ENDCAP_COMMAND_FAILED: {
    status: 502,
    message: '{to} could not carry out {command}: {reason}',
    remedy: 'See the log lines of that plugin on the console; then send the command again with a new id.',
  },
  ENDCAP_COMMAND_INVALID: {
    status: 422,
    message: 'The command {command} does not fit its schema at {path}: {reason}',
    remedy: 'Correct that field; docs/events.md shows each command with an example.',
  },
  ENDCAP_COMMAND_TIMEOUT: {
    status: 504,
    message: '{to} did not answer {command} within {milliseconds} ms',
    remedy:
      'See whether the device is online on the console; send the command again with the same id to get a late answer.',
  },
  ENDCAP_COMMAND_UNKNOWN: {
    status: 404,
    message: 'There is no command {command}',
    remedy: 'Choose one of the commands in docs/events.md.',
  },
  ENDCAP_CONFIG_INVALID: {
    status: 422,
    message: '{file}, line {line}: {path} {reason}',
    remedy: 'Correct that line and save; until then the box keeps running on the last good configuration.',
  },
  ENDCAP_CONFIG_UNREADABLE: {
    status: 500,
    message: '{file} cannot be read: {reason}',
    remedy: 'Restore it from {file}.previous, or correct its permissions.',
  },
  ENDCAP_CONSENT_MISSING: {
    status: 403,
    message: 'There is no consent of {person} for {purpose}',
    remedy: 'Ask the person; a receipt is recorded on the console under People.',
  },
  ENDCAP_CONSENT_PURPOSE_UNKNOWN: {
    status: 422,
    message: 'There is no purpose {purpose}',
    remedy: 'Choose one of: {purposes}.',
  },
  ENDCAP_CONTENT_PERSONAL: {
    status: 422,
    message: 'The {field} for {to} names {token}: a sign never shows data of a person',
    remedy: 'Leave the token out of the text; tell staff with staff.notify instead, which asks for consent.',
  },
  ENDCAP_DEVICE_ID_TAKEN: {
    status: 409,
    message: 'There is already a device {id} ({source})',
    remedy: 'Choose another id; to put new hardware in the place of that device, use Replace at it.',
  },
  ENDCAP_DEVICE_REFUSED: {
    status: 409,
    message: '{device} cannot be {act}: {reason}',
    remedy: 'See its state under Devices on the console, and the configuration of its plugin under What runs.',
  },
  ENDCAP_DISK_FULL: {
    status: 507,
    message: 'The disk of the box is full: {what} cannot be kept',
    remedy:
      'Make room on the disk of the box (df -h shows what fills it; journalctl --vacuum-size=100M clears old logs), or give it a larger one. It goes on by itself as soon as there is room.',
  },
  ENDCAP_ENVIRONMENT_INVALID: {
    status: 500,
    message: 'The environment variable {name} is "{value}", {reason}',
    remedy: 'Correct it where the box is started, or leave it out; endcap.yaml holds the same setting.',
  },
  ENDCAP_EVENT_INVALID: {
    status: 422,
    message: 'The event {type} of {source} does not fit its schema at {path}: {reason}',
    remedy: 'Correct that field; docs/events.md shows each type with units and an example.',
  },
  ENDCAP_EVENT_RESERVED: {
    status: 403,
    message: '{source} emitted {type}, which only the box itself says',
    remedy: 'Use a type of your own, or a command.',
  },
  ENDCAP_EVENT_UNDECLARED: {
    status: 422,
    message: '{source} emitted {type}, which its manifest does not list under produces',
    remedy: 'Add the type to endcap.produces in its package.json.',
  },
  ENDCAP_EVENT_UNKNOWN: {
    status: 422,
    message: 'There is no event type {type}',
    remedy: 'Choose a type from docs/events.md, or declare your own in endcap.events of your manifest.',
  },
  ENDCAP_FLOWS_DOWN: {
    status: 503,
    message: 'The flow engine is not running: {reason}',
    remedy: 'It is restarted by itself; the console shows its last lines. Screens and staff pages go on meanwhile.',
  },
  ENDCAP_FLOWS_INVALID: {
    status: 422,
    message: 'These flows were not deployed: {reason}',
    remedy: 'Correct the node that is named and deploy again; the flows that ran before keep running.',
  },
  ENDCAP_FLOWS_TIMEOUT: {
    status: 504,
    message: 'Node-RED did not start the deployed flows within {seconds} s',
    remedy: 'The previous flows were restored. Look for a node that blocks at start, then deploy again.',
  },
  ENDCAP_FLOWS_VERSION_UNKNOWN: {
    status: 404,
    message: 'There is no version {version} of the flows',
    remedy: 'Choose one from the list on the console under Flows.',
  },
  ENDCAP_FRAME_INVALID: {
    status: 502,
    message: 'The link of {plugin} carried a frame that is not of the protocol: {reason}',
    remedy: 'Use the SDK of this release; the plugin is restarted.',
  },
  ENDCAP_HOME_IN_USE: {
    status: 500,
    message: '{folder} is in use by another Endcap, process {pid}',
    remedy: 'Stop that one first, or choose another folder with ENDCAP_HOME.',
  },
  ENDCAP_HOME_UNSAFE: {
    status: 500,
    message: 'Other users of this machine can reach {folder}',
    remedy: 'Make it yours alone: `chmod 700 {folder}`, or remove it if it is not yours.',
  },
  ENDCAP_HOST_UNKNOWN: {
    status: 421,
    message: 'This box does not answer to the name {host}',
    remedy: 'Open it by its address, or add the name to network.names in endcap.yaml.',
  },
  ENDCAP_IMPORT_INVALID: {
    status: 422,
    message: '{file}, line {line}: {field} {reason}{more}',
    remedy: '{how} Nothing was imported; what was there before stays as it was.',
  },
  ENDCAP_INTERNAL: {
    status: 500,
    message: 'Something failed inside Endcap: {reason}',
    remedy: 'The log has the details under the same request id; please report it.',
  },
  ENDCAP_KNOWLEDGE_INVALID: {
    status: 422,
    message: '{path} {reason}',
    remedy: '{how}',
  },
  ENDCAP_LEDGER_BROKEN: {
    status: 500,
    message: 'The ledger {file} cannot be read or written: {reason}',
    remedy: 'Free disk space or restore the newest backup; the file is left as it is.',
  },
  ENDCAP_LINK_INVALID: {
    status: 401,
    message: 'This link is not valid: {reason}',
    remedy: 'Ask the manager for a new one, or run `endcap sign-in` on the box.',
  },
  ENDCAP_MANIFEST_INVALID: {
    status: 422,
    message: '{file}: {path} {reason}',
    remedy: 'Correct the endcap field of that package.json; docs/plugins.md explains each part.',
  },
  ENDCAP_MEDIA_DAMAGED: {
    status: 410,
    message: 'The media file {hash} is damaged on the disk of the box',
    remedy: 'Upload the same file again; it takes its place. Screens go on with what they have kept of it.',
  },
  ENDCAP_MEDIA_INVALID: {
    status: 422,
    message: 'The file was not stored: {reason}',
    remedy: 'Send a PNG, JPEG, WebP, AVIF, GIF or SVG picture or an MP4 or WebM video, at most {megabytes} MB, whole.',
  },
  ENDCAP_METHOD_NOT_ALLOWED: {
    status: 405,
    message: '{path} does not know {method}',
    remedy: 'Use one of: {methods}.',
  },
  ENDCAP_MODEL_ALTERED: {
    status: 422,
    message: 'The model {model} was not loaded: {file} {reason}',
    remedy: 'Copy the folder of that model again, whole; its files must be those that its model.json names.',
  },
  ENDCAP_MODEL_BUSY: {
    status: 503,
    message: 'The model {model} has {waiting} requests waiting',
    remedy: 'Ask less often, raise the batch, or use a smaller model; docs/models.md tells how.',
  },
  ENDCAP_MODEL_CARD_MISSING: {
    status: 422,
    message: 'The model {model} was not loaded: {file} {reason}',
    remedy:
      'Run the evaluation of that model, which writes its card; nobody should act on a model that was not measured.',
  },
  ENDCAP_MODEL_FAILED: {
    status: 502,
    message: 'The model {model} failed on {backend}: {reason}',
    remedy:
      'See the log lines of that plugin on the console; where the reason names an operation, use another backend.',
  },
  ENDCAP_MODEL_INPUT_INVALID: {
    status: 422,
    message: 'The input of the model {model} does not fit at {path}: {reason}',
    remedy: 'Correct that field; inputs in the model.json of that model tells names, units and order.',
  },
  ENDCAP_MODEL_INVALID: {
    status: 422,
    message: '{file}: {path} {reason}',
    remedy: 'Correct that field; models/README.md explains each.',
  },
  ENDCAP_MODEL_OUTPUT_INVALID: {
    status: 502,
    message: 'The model {model} answered what its model.json does not promise at {path}: {reason}',
    remedy: 'Correct outputs in its model.json, or train it again; until then take its answer as unknown.',
  },
  ENDCAP_MODEL_UNKNOWN: {
    status: 404,
    message: 'There is no model {model} in {folders}',
    remedy: 'Put its folder into models/ of the plugin or of the box, or choose one of those that are there.',
  },
  ENDCAP_MODEL_UNSUPPORTED: {
    status: 501,
    message: 'Nothing on this machine can run the model {model}: {reason}',
    remedy: '`endcap doctor` tells which backends work here; `npm run setup:tensorflow` installs native TensorFlow.',
  },
  ENDCAP_NOT_FOUND: {
    status: 404,
    message: 'There is no {kind} {id}',
    remedy: 'See the list of what there is, on the console or under /api/v1.',
  },
  ENDCAP_NOT_RUNNING: {
    status: 503,
    message: 'No box runs in {home}',
    remedy: 'Start it with `endcap start`, or name its folder with --home or ENDCAP_HOME.',
  },
  ENDCAP_ORIGIN_REFUSED: {
    status: 403,
    message: 'A page of {origin} may not do this here',
    remedy: 'Use the pages of the box itself; a program sends no Origin header.',
  },
  ENDCAP_PLAYLIST_INVALID: {
    status: 422,
    message: '{file}, line {line}: {path} {reason}',
    remedy: 'Correct that line and import again; the playlists stay as they were.',
  },
  ENDCAP_PLUGIN_CONFIG_INVALID: {
    status: 422,
    message: '{plugin} cannot start: {path} {reason}',
    remedy: 'Correct that field under plugins.{plugin} in endcap.yaml, or in its form on the console.',
  },
  ENDCAP_PLUGIN_DENIED: {
    status: 403,
    message: '{plugin} asked for {what}, which its manifest does not allow',
    remedy: 'Add the permission to endcap.permissions in its package.json, and have the manager accept it.',
  },
  ENDCAP_PLUGIN_DUPLICATE: {
    status: 409,
    message: 'Two plugins are named {plugin}: {first} and {second}',
    remedy: 'Remove one of the two folders.',
  },
  ENDCAP_PLUGIN_QUARANTINED: {
    status: 409,
    message: '{plugin} is in quarantine: {reason}',
    remedy: 'Mend or update it, then press Restart on the console.',
  },
  ENDCAP_PLUGIN_START_TIMEOUT: {
    status: 504,
    message: '{plugin} was not ready within {seconds} s',
    remedy:
      'Its last lines on the console show where it waits; raise endcap.startSeconds in its manifest if it needs longer.',
  },
  ENDCAP_PLUGIN_UNTRUSTED: {
    status: 403,
    message:
      '{plugin} was not started: bubblewrap is not installed or may not be used here, so it could not be kept apart',
    remedy: 'Install bubblewrap (apt install bubblewrap), or set plugins.{plugin}.trusted: true in endcap.yaml.',
  },
  ENDCAP_PRODUCT_IN_USE: {
    status: 409,
    message: '{product} cannot be deleted: {where} still names it',
    remedy: 'Take it out there or put another product in its place; then delete it.',
  },
  ENDCAP_PROFILE_INVALID: {
    status: 422,
    message: '{file}, line {line}, {path}: {reason}',
    remedy: 'Correct that field after docs/devices.md. Until then this profile is left out; the others are in use.',
  },
  ENDCAP_RATE_LIMITED: {
    status: 429,
    message: 'Too many requests from {who}',
    remedy: 'Wait {seconds} s and try again.',
  },
  ENDCAP_REQUEST_INVALID: {
    status: 400,
    message: 'The request does not fit at {path}: {reason}',
    remedy: 'Correct that field; /api/v1/openapi.json describes each route.',
  },
  ENDCAP_SCALE_REFUSED: {
    status: 409,
    message: '{device} cannot do {command}. {reason}',
    remedy: 'Do what the reason says and try again; docs/scales.md shows how scales are tared and calibrated.',
  },
  ENDCAP_SCREENSHOT_FAILED: {
    status: 504,
    message: 'There is no picture of screen {screen}: {reason}',
    remedy: 'See on the console that a player of it is connected and seen lately, and ask again.',
  },
  ENDCAP_SHOP_INVALID: {
    status: 422,
    message: '{file}, line {line}: {path} {reason}',
    remedy: 'Correct that line and import again; the shop stays as it was.',
  },
  ENDCAP_SIGN_IN_REQUIRED: {
    status: 401,
    message: 'Nobody is signed in',
    remedy: 'Open the sign-in link that the box printed at its first start, or run `endcap sign-in` on the box.',
  },
  ENDCAP_STAFF_OFF_SHIFT: {
    status: 409,
    message: '{staff} is not on shift',
    remedy: 'Choose somebody who is on shift now; the shifts stand under staff in shop.yaml.',
  },
  ENDCAP_STAGE_TIMEOUT: {
    status: 504,
    message: 'The boot stage {stage} was not ready within {seconds} s',
    remedy: 'The box goes on without it; the log tells where it waits. Restart the box once the cause is mended.',
  },
  ENDCAP_TARGET_UNKNOWN: {
    status: 404,
    message: 'Nothing answers to {to} for {command}',
    remedy: 'Name a screen, staff member or device that the console lists, for example screen/entrance.',
  },
  ENDCAP_TASK_OVER: {
    status: 409,
    message: 'The task «{title}» is over: {state}',
    remedy: 'Nothing is left to do; load the list again.',
  },
  ENDCAP_TASK_TAKEN: {
    status: 409,
    message: '{name} has the task «{title}»',
    remedy: 'Choose another one, or ask {name} to pass it on.',
  },
  ENDCAP_TASK_UNKEPT: {
    status: 507,
    message: '«{title}»: that counts, but the box could not write it down: {reason}',
    remedy:
      'Tell the manager to make room on the disk of the box. It is written then by itself; if the box is switched off before, it is forgotten.',
  },
  ENDCAP_TWIN_AWAY: {
    status: 503,
    message: 'The virtual shop does not answer: {reason}',
    remedy: 'Wait until the plugins run, then ask again. Where it has ended, start the box again.',
  },
})

export type ErrorCode = keyof typeof errors

/** Values that fill the braces of a message; `cause` is kept as the error's cause. */
export type ErrorValues = Record<string, unknown>

const fill = (text: string, values: ErrorValues): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))

/** An error from the table. `message` tells what happened to which thing, `remedy` what to do now. */
export class EndcapError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly remedy: string
  readonly values: ErrorValues

  constructor(code: ErrorCode, values: ErrorValues = {}) {
    const { status, message, remedy } = errors[code]
    super(fill(message, values), values['cause'] === undefined ? undefined : { cause: values['cause'] })
    this.name = 'EndcapError'
    this.code = code
    this.status = status
    this.remedy = fill(remedy, values)
    this.values = values
  }
}

/** The shape in which an error crosses a wire: a child's link or an HTTP answer. */
export interface ErrorBody {
  code: string
  message: string
  remedy: string
}

/** An error of any kind as a body; what is not ours becomes ENDCAP_INTERNAL with its message as the reason. */
export function errorBody(error: unknown): ErrorBody & { status: number } {
  const own =
    error instanceof EndcapError
      ? error
      : new EndcapError('ENDCAP_INTERNAL', { reason: error instanceof Error ? error.message : String(error) })
  return { code: own.code, message: own.message, remedy: own.remedy, status: own.status }
}

/** An error that came over a wire, with the code and texts of its first thrower. */
export class RemoteError extends Error {
  readonly code: string
  readonly remedy: string

  constructor(body: ErrorBody) {
    super(body.message)
    this.name = 'RemoteError'
    this.code = body.code
    this.remedy = body.remedy
  }
}
