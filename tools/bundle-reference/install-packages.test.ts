import { expect, it } from 'vitest'
import { withoutScripts } from './install-packages.ts'

it('takes scripts out of a RECORD and keeps every other line as it is', () => {
  const kept = 'uvicorn/__init__.py,sha256=a,12\r\nuvicorn-0.1.dist-info/RECORD,,\n"odd, name.py",sha256=b,1\n'
  expect(withoutScripts(`../../bin/uvicorn,sha256=c,235\n${kept}../../Scripts/uvicorn.exe,sha256=d,9\r\n`)).toBe(kept)
})
