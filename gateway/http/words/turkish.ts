import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'Kilide hiçbir şey gönderilmedi ve hiçbir kullanım hakkı harcanmadı.'
const NOT_SENT = `Lütfen birazdan yeniden deneyin. ${NOTHING_SENT}`
const CHECK = 'Lütfen kapıyı kontrol edin. Kilit, kapının açılıp açılmadığını bildirmedi.'
const ASK_SENDER = 'Lütfen bağlantıyı size gönderen kişiye sorun.'
const ASK_NEW = 'Lütfen bu anahtarı size veren kişiden yeni bir anahtar isteyin.'
const WHOLE_LINK = 'Lütfen size gönderilen bağlantının tamamını açın.'

export const turkish: GuestWords = {
  language: 'tr',
  tag: 'tr',
  direction: 'ltr',
  name: 'Türkçe',
  locale: 'tr-TR',
  scenes: {
    ready: { headline: 'Açılmaya hazır', text: 'Kapının önünde durun, sonra düğmeye basın.' },
    opening: { headline: 'Açılıyor…', text: 'Kilitten açılması istendi. Lütfen kapının önünde bekleyin.' },
    opened: { headline: 'Kapı açıldı', text: 'Lütfen içeri girin ve kapıyı arkanızdan kapatın.' },
    'opened-before': {
      headline: 'Kapı açılmıştı',
      text: 'Kilit geç yanıt verdi ve şimdi yeniden kilitli olabilir. Hâlâ dışarıdaysanız düğmeye basın.',
    },
    'not-opened': {
      headline: 'Kapı açılmadı',
      text: 'Kapı bu deneme için daha sonra da açılmayacak. Hiçbir kullanım hakkı harcanmadı.',
    },
    jammed: {
      headline: 'Kapı açılmadı',
      text: 'Kapıyı itin ya da çekin, sonra yeniden deneyin: kilit sürgüsünü hareket ettiremedi. Kapı bu deneme için daha sonra da açılmayacak ve hiçbir kullanım hakkı harcanmadı.',
    },
    'not-sent': {
      headline: 'Kapı açılmadı',
      text: 'Lütfen yeniden deneyin: kilide zamanında ulaşılamadı. Kilide hiçbir şey gönderilmedi, bu yüzden kapı daha sonra da açılmayacak. Hiçbir kullanım hakkı harcanmadı.',
    },
    unconfirmed: {
      headline: 'Henüz onaylanmadı',
      text: 'Lütfen kapıyı kontrol edin: kapı açık olabilir. Kilit henüz yanıt vermedi.',
    },
    charged: { headline: 'Hiç onaylanmadı', text: `${CHECK} Bu deneme bir kullanım sayılır.` },
    released: { headline: 'Hiç onaylanmadı', text: `${CHECK} Bu deneme kullanım sayılmaz.` },
    'not-yet-valid': {
      headline: 'Henüz geçerli değil',
      text: 'Anahtarınız kapıyı aşağıdaki saatten itibaren açar.',
    },
    expired: { headline: 'Bu anahtarın süresi doldu', text: ASK_NEW },
    'used-up': {
      headline: 'Tüm kullanım hakları bitti',
      text: `${ASK_NEW} Bu anahtar izin verildiği kadar kullanıldı.`,
    },
    revoked: {
      headline: 'Bu anahtar geri alındı',
      text: 'Lütfen bu anahtarı size veren kişiye sorun. Anahtar artık kapıyı açmıyor.',
    },
    'lock-offline': {
      headline: 'Kilide ulaşılamıyor',
      text: 'Lütfen yardım için arayın ya da birazdan sayfayı yenileyin. Kilide hiçbir şey gönderilmedi: kapı kendiliğinden açılmayacak ve hiçbir kullanım hakkı harcanmadı.',
    },
    'lock-busy': { headline: 'Kilit meşgul', text: `Şu anda başkaları bu kapıyı açıyor. ${NOT_SENT}` },
    'sign-in': { headline: 'Lütfen oturum açın', text: 'Bu anahtar belirli kişiler içindir.' },
    'sign-in-again': {
      headline: 'Lütfen yeniden oturum açın',
      text: 'Bu anahtar belirli kişiler içindir ve oturumunuz sona erdi.',
    },
    'signed-in': { headline: 'Oturum açıldı', text: 'Şimdi anahtarınız gösterilecek.' },
    'sign-in-failed': {
      headline: 'Oturum açılamadı',
      text: 'Lütfen anahtarınıza dönüp oradan oturum açın. Oturum bu tarayıcıda başlatılmadı ya da çok uzun sürdü.',
    },
    'signed-out': { headline: 'Oturum kapatıldı', text: 'Bu tarayıcı artık kim olduğunuzu bilmiyor.' },
    'wrong-user': {
      headline: 'Bu anahtar başka biri için',
      text: `${ASK_SENDER} Oturumunuz açık, ancak bu anahtar size verilmedi.`,
    },
    'unknown-link': { headline: 'Bilinmeyen bağlantı', text: `${ASK_SENDER} Bu bağlantıya ait bir anahtar yok.` },
    'incomplete-link': { headline: 'Bu bağlantı eksik', text: WHOLE_LINK },
    'nothing-here': { headline: 'Burada bir şey yok', text: WHOLE_LINK },
    'unknown-attempt': { headline: 'Bilinmeyen deneme', text: 'Bu anahtarla yapılmış böyle bir deneme bilinmiyor.' },
    'not-from-here': {
      headline: 'Buradan olmaz',
      text: 'Lütfen bağlantınızı açın ve düğmeye orada basın. Başka bir sayfa bunu sizin adınıza yapmak istedi.',
    },
    'open-with-button': {
      headline: 'Bağlantınızı yeniden açın',
      text: 'Kapı, anahtarınızın sayfasındaki düğmeyle açılır.',
    },
    'clock-untrusted': {
      headline: 'Kapı sistemi saati bilmiyor',
      text: `Lütfen yardım için arayın: kapı sistemi anahtarınızın şu anda geçerli olup olmadığını bilemiyor. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'Kapı sisteminde arıza var', text: NOT_SENT },
    'rate-limited': {
      headline: 'Çok fazla deneme',
      text: 'Kısa sürede çok fazla deneme yapıldı. Lütfen aşağıdaki sürenin dolmasını bekleyin.',
    },
    overloaded: { headline: 'Aynı anda çok fazla istek var', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Lütfen yeniden basın',
      text: `Sıranız gelmeden bağlantı kapandı. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Bir dakika lütfen', text: `Kapı sistemi yeniden başlıyor. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Bağlantı yok',
      text: 'Lütfen kapıyı kontrol edin: kapı açık olabilir. Telefonunuzun bağlantısı koptu. Sonra sayfayı yenileyin.',
    },
    fault: {
      headline: 'Bir sorun oluştu',
      text: 'Lütfen yeniden denemeden önce kapıyı kontrol edin. Kapı sisteminde arıza var.',
    },
    other: { headline: 'Bu işe yaramadı', text: 'Lütfen bağlantınızı yeniden açın.' },
  },
  changesByItself: 'Kilit yanıt verince bu sayfa kendiliğinden değişir.',
  lockReasons: {
    privacy: 'Biri kapıyı içeriden kilitledi.',
    lockdown: 'Kilit şu anda kimseye açılmayacak şekilde ayarlandı.',
    battery: 'Kilidin pili çok zayıf.',
    busy: 'Kilit zaten sürgüsünü hareket ettiriyordu.',
    'not-executed': 'İstek kilide zamanında ulaşmadı.',
  },
  lockSays: (reason) => `Kilidin bildirdiği: ${reason}.`,
  callHelps: 'Yeniden denemek şu anda işe yaramaz. Lütfen yardım için arayın.',
  askHelps: 'Yeniden denemek şu anda işe yaramaz. Lütfen bu anahtarı size veren kişiye sorun.',
  door: 'Kapı',
  validFrom: 'Geçerlilik başlangıcı',
  validUntil: 'Geçerlilik sonu',
  openedAt: 'Kapının açıldığı an',
  askedAt: 'İsteğin gönderildiği an',
  usesLeft: 'Kalan kullanım',
  usesOf: (left, max) => `${left} / ${max}`,
  notConfirmed: { one: '# onaylanmadı', other: '# onaylanmadı' },
  validIn: 'Anahtarınızın geçerli olmasına kalan süre',
  openFor: 'İçeri girmek için kalan süre',
  againIn: 'Yeniden deneyebilmenize kalan süre',
  open: 'Aç',
  openAgain: 'Yeniden aç',
  tryAgain: 'Yeniden dene',
  lookAgain: 'Yenile',
  backToKey: 'Anahtarınıza dönün',
  signIn: 'Oturum aç',
  signInByApp: 'Bu bağlantıyı size verilen uygulamada açın.',
  signOut: 'Oturumu kapat',
  goOn: 'Devam',
  call: (phone) => `Ara: ${phone}`,
  code: 'Yardım kodu',
  wayToDoor: 'Kapıyı nasıl bulursunuz',
  pictureOf: (door) => `Kapının fotoğrafı: ${door}`,
  languages: 'Dil',
}
