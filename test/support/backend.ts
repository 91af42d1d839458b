import { type BackendName, backendWorks } from '../../runtime/sdk/models.ts'

/**
 * True where a backend works on this machine. Else skips the test by the backend's name with the reason, or fails it
 * under ENDCAP_REQUIRE_PEERS=1.
 */
export async function backend(
  t: { fail(message: string): unknown; pass(message: string, extra: { skip: string }): unknown },
  name: BackendName,
): Promise<boolean> {
  try {
    await backendWorks(name)
    return true
  } catch (error) {
    const reason = `${name} does not work here: ${error instanceof Error ? error.message : String(error)}`
    if (process.env['ENDCAP_REQUIRE_PEERS'] === '1') t.fail(reason)
    else t.pass(`${name} is there`, { skip: reason })
    return false
  }
}
