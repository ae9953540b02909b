/**
 * One picture for each thing that can be so, to be understood without a word. Drawn in the colour of the text around
 * it; classes: `t` a tint of that colour, `l` a door's leaf, `b` the
 * badge, `g` and `h` the sign on a badge, `d` dashed, `f` filled, `m` what moves.
 */

const FLOOR = '<path d="M12 82h72"/>'
const FRAME = '<path class="t" d="M28 82V16a4 4 0 0 1 4-4h32a4 4 0 0 1 4 4v66"/>'
const SHUT = `${FLOOR}${FRAME}<path d="M35 82V19h26v63"/><circle class="f" cx="55" cy="51" r="2.5"/>`
const AJAR = `${FLOOR}${FRAME}<path class="l" d="M28 13l24 9v70l-24-10z"/><circle class="f" cx="46" cy="56" r="2.5"/>`
/** The leaf could stand either way. */
const EITHER = `${FLOOR}${FRAME}<path class="d" d="M28 13l24 9v70l-24-10z"/><path class="d" d="M35 82V19h26v63"/>`

const badge = (sign: string): string => `<circle class="b" cx="72" cy="72" r="17"/>${sign}`
const CHECK = badge('<path class="g" d="M64 72.5l5.5 5.5L80 67"/>')
const CROSS = badge('<path class="g" d="M66 66l12 12M78 66L66 78"/>')
const QUESTION = badge(
  '<path class="g" d="M67 68.5a5 5 0 1 1 7.5 4.3c-1.6 1-2.5 1.8-2.5 3.7"/><circle class="h" cx="72" cy="81" r="2"/>',
)
const ZERO = badge('<ellipse class="g" cx="72" cy="72" rx="5.5" ry="8"/>')
const KEYHOLE = badge('<circle class="h" cx="72" cy="68.5" r="4.5"/><path class="h" d="M70.3 70h3.4l2 10.5h-7.4z"/>')

const KEY =
  '<circle class="t" cx="30" cy="46" r="15"/><circle cx="30" cy="46" r="5"/><path d="M45 46h37v11M71 46v8M60 46v5"/>'
const PERSON = '<circle class="t" cx="46" cy="32" r="15"/><path class="t" d="M16 84c0-18 13-29 30-29s30 11 30 29z"/>'

export const PICTURES = {
  doorToOpen: `${SHUT}${KEYHOLE}`,
  doorOpening: `${SHUT}<circle class="m" cx="48" cy="48" r="66"/>`,
  doorOpened: `${AJAR}${CHECK}`,
  doorStaysShut: `${SHUT}${CROSS}`,
  doorUnknown: `${EITHER}${QUESTION}`,
  hourglass:
    '<path d="M26 10h44M26 86h44"/><path class="t" d="M32 10v12c0 12 16 17 16 26S32 62 32 74v12h32V74c0-12-16-17-16-26s16-14 16-26V10"/><path class="f" d="M39 27h18c-2 6-7 9-9 13-2-4-7-7-9-13zM48 66c5 4 9 7 10 13H38c1-6 5-9 10-13z"/><path class="d" d="M48 46v16"/>',
  calendarOver: `<rect class="t" x="14" y="20" width="64" height="60" rx="6"/><path d="M14 38h64M30 12v14M62 12v14"/><path class="d" d="M27 51h8M43 51h8M27 65h8M43 65h6"/>${CROSS}`,
  keyUsedUp: `${KEY}${ZERO}`,
  keyWithdrawn: `${KEY}<circle cx="48" cy="48" r="43"/><path d="M18 78L78 18"/>`,
  lockOffline:
    '<rect class="t" x="28" y="58" width="40" height="30" rx="6"/><path d="M37 58v-5a11 11 0 0 1 22 0v5"/><circle class="f" cx="48" cy="71" r="3.5"/><path d="M48 72v7M27 35a30 30 0 0 1 42 0M15 23a47 47 0 0 1 66 0"/>' +
    CROSS,
  people:
    '<circle class="t" cx="26" cy="36" r="10"/><path class="t" d="M8 74c0-13 7-22 18-22s18 9 18 22z"/><circle class="t" cx="70" cy="36" r="10"/><path class="t" d="M52 74c0-13 7-22 18-22s18 9 18 22z"/><circle class="t" cx="48" cy="30" r="12"/><path class="l" d="M26 82c0-19 8-31 22-31s22 12 22 31z"/>',
  person: `${PERSON}${KEYHOLE}`,
  personRefused: `${PERSON}${CROSS}`,
  brokenLink: `<path d="M42 60l-9 9a15 15 0 0 1-21-21l12-12a15 15 0 0 1 17-3M54 36l9-9a15 15 0 0 1 21 21l-6 6"/><path class="d" d="M38 24l-3-9M24 27l-8-6"/>${QUESTION}`,
  warning:
    '<path class="t" d="M43 16L10 74c-2 4 0 8 5 8h66c5 0 7-4 5-8L53 16c-2-4-8-4-10 0z"/><path d="M48 36v22"/><circle class="f" cx="48" cy="69" r="3"/>',
} as const satisfies Record<string, string>

export type PictureName = keyof typeof PICTURES
