import { test } from 'tap'
import { grantsOf } from '../../runtime/contract/index.ts'

const asked = (...ports: string[]) =>
  grantsOf(
    ['serial', 'i2c'],
    ports.map((port) => ({ port })),
  )
const flags = (...ports: string[]) => asked(...ports).flatMap((one) => one.flags)
const paths = (...ports: string[]) => asked(...ports).flatMap(({ binds }) => binds.map(({ path }) => path))

test('native code for I²C is granted only while a device names a bus, and that bus alone is opened', (t) => {
  t.notOk(flags().includes('--allow-ffi'), 'the plugin merely stands there')
  t.notOk(flags('/dev/ttyACM0', 'tcp://127.0.0.1:1', 'iio:i2c:1').includes('--allow-ffi'))
  t.notOk(paths('/dev/ttyACM0').some((path) => path.startsWith('/dev/i2c')))
  t.ok(flags('/dev/ttyACM0', 'i2c:1').includes('--allow-ffi'))
  t.same(
    paths('i2c:1', 'i2c:1', 'i2c:7').filter((path) => path.startsWith('/dev/i2c')),
    ['/dev/i2c-1', '/dev/i2c-7'],
  )
  t.same(
    paths('i2c:../../etc', 'i2c:1/../mem').filter((path) => path.startsWith('/dev/')),
    [],
  )
  t.end()
})
