import { expect, it } from 'vitest'
import { parseLdd } from './elf-libraries.ts'

it('reads what ldd prints of several files, without what belongs to the system', () => {
  const printed = [
    '/p/bin/python3:',
    '\tlinux-vdso.so.1 (0x00007f94f2076000)',
    '\tlibpython3.11.so.1.0 => /home/me/my python/lib/libpython3.11.so.1.0 (0x00007f94f1a00000)',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f94f181e000)',
    '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f94f173e000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f94f2078000)',
    '/p/lib/_ssl.so:',
    '\tlibssl.so.3 => /lib/x86_64-linux-gnu/libssl.so.3 (0x00007f94f1a00000)',
    '\tlibgone.so.1 => not found',
    '/p/lib/_json.so:',
    '\tstatically linked',
  ].join('\n')
  expect(parseLdd(printed, 'unused')).toEqual(
    new Map([
      ['/p/bin/python3', [{ name: 'libpython3.11.so.1.0', path: '/home/me/my python/lib/libpython3.11.so.1.0' }]],
      ['/p/lib/_ssl.so', [{ name: 'libssl.so.3', path: '/lib/x86_64-linux-gnu/libssl.so.3' }]],
      ['/p/lib/_json.so', []],
    ]),
  )
})

it('gives the lines to the only file where ldd prints no heading', () => {
  const printed = '\tlinux-vdso.so.1 (0x1)\n\tlibz.so.1 => /lib/libz.so.1 (0x2)\n'
  expect(parseLdd(printed, '/p/python3')).toEqual(
    new Map([['/p/python3', [{ name: 'libz.so.1', path: '/lib/libz.so.1' }]]]),
  )
})
