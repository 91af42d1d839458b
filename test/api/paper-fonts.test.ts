import { test } from 'tap'
import { paperFont } from '../../runtime/api/paper-fonts.ts'

void test('a paper shows the letters of its names, as far as the box has fonts for them', (t) => {
  const bare = paperFont(['Épicerie Müller'])
  t.strictSame(bare.regular, ['Helvetica'])
  t.equal(bare.clean('Müller −18.0 °C'), 'Müller -18.0 °C', 'a minus that this font lacks is none of another letter')
  const dejavu = (file: string) => file.includes('dejavu')
  const european = paperFont(['Sklep Żabka', 'Морозильник'], dejavu)
  t.match(european.regular[0], /DejaVuSans\.ttf$/)
  t.equal(european.clean('Морозильник −18 冷'), 'Морозильник −18 ?')
  const arabic = paperFont(['محمد علي'], dejavu).clean('seen to by محمد علي after 6 min')
  t.equal(arabic, 'seen to by محمد\u00a0علي  after 6 min', 'a name written from the right stays whole')
  t.match(paperFont(['冷凍庫 Żabka'], () => true).regular, [/NotoSansCJK/, 'NotoSansCJKjp-Regular'])
  t.equal(paperFont(['Żabka'], () => false).clean('Żabka'), '?abka')
  t.end()
})
