import type { HealthWords, PartText } from './health-words.ts'

const well = (message: string): PartText => ({ message, advice: null })

export const germanHealth: HealthWords = {
  title: 'Zustand',
  statuses: { ok: 'In Ordnung', warning: 'Ansehen', failed: 'Ausgefallen' },
  parts: 'Teile der Anlage',
  names: {
    process: 'Gateway',
    store: 'Speicher',
    disk: 'Platte',
    broker: 'Broker',
    clock: 'Uhr',
    locks: 'Schlösser',
    log: 'Betriebsprotokoll',
    proxy: 'Proxy',
    logo: 'Logo',
    jwks: 'Token-Schlüssel',
    notify: 'Meldungen',
    heartbeat: 'Lebenszeichen',
  },
  texts: {
    'process.ok': well('Das Gateway läuft.'),
    'process.shutting-down': {
      message: 'Das Gateway wird gerade beendet.',
      advice: 'Warten; wer es beendet hat, steht im Betriebsprotokoll.',
    },
    'store.ok': well('Der Speicher liest und schreibt.'),
    'store.writes-fail': {
      message: 'Das letzte regelmäßige Schreiben ist fehlgeschlagen.',
      advice: 'Die Platte des Geräts ansehen: voll, schreibgeschützt oder defekt?',
    },
    'store.reads-fail': {
      message: 'Der Speicher ist nicht lesbar.',
      advice: 'Die Platte des Geräts ansehen: voll, schreibgeschützt oder defekt?',
    },
    'store.write-hangs': {
      message: 'Ein Schreiben dauert schon lange.',
      advice: 'Die Karte versagt, oder jemand kopiert sie: Bis es durch ist, öffnet keine Tür mit einem Schlüssel.',
    },
    'disk.ok': well('Auf der Platte mit dem Datenverzeichnis ist Platz.'),
    'disk.disk-low': {
      message: 'Die Platte mit dem Datenverzeichnis wird voll.',
      advice: 'Platz schaffen: zuerst alte Protokolle und Sicherungen, nie Dateien von Latchkey.',
    },
    'disk.disk-full': {
      message: 'Die Platte mit dem Datenverzeichnis ist voll.',
      advice: 'Platz schaffen: zuerst alte Protokolle und Sicherungen, nie Dateien von Latchkey.',
    },
    'broker.ok': well('Das Gateway ist mit dem Broker verbunden.'),
    'broker.not-connected': {
      message: 'Keine Verbindung zum Broker: Kein Schloss ist erreichbar.',
      advice: 'Läuft der Broker, und stimmen seine Adresse und das Passwort des Gateways noch?',
    },
    'clock.ok': well('Der Uhr ist zu trauen.'),
    'clock.before-release': {
      message: 'Die Uhr steht vor dieser Version, darum öffnet keine Tür.',
      advice: 'Die Uhr des Geräts stellen.',
    },
    'clock.behind': {
      message: 'Die Uhr steht vor der letzten gespeicherten Zeit, darum öffnet keine Tür.',
      advice: 'Die Uhr stellen, wenn sie falsch geht; ging sie damals vor, mit clock confirm bestätigen.',
    },
    'locks.ok': well('Alle Schlösser im Dienst sind online.'),
    'locks.none-online': {
      message: 'Kein Schloss ist online.',
      advice: 'Netz und Strom der Schlösser prüfen; die Seite Türen sagt von jedem, warum.',
    },
    'locks.some-offline': {
      message: 'Einige Schlösser sind offline.',
      advice: 'Die Seite Türen nennt sie und sagt von jedem, warum.',
    },
    'locks.some-never-came': {
      message: 'Einige Schlösser waren noch nie online.',
      advice: 'Die Seite Türen nennt sie.',
    },
    'log.ok': well('In letzter Zeit ging keine Zeile des Betriebsprotokolls verloren.'),
    'log.lines-lost': {
      message: 'Zeilen des Betriebsprotokolls gingen verloren.',
      advice: 'Wer es liest, kommt nicht mit, oder dessen Platte ist voll: dort nachsehen.',
    },
    'proxy.ok': well('Kein unbekannter Proxy wurde gesehen.'),
    'proxy.proxy-not-named': {
      message:
        'X-Forwarded-For kam und zählt nicht: Alle Gäste hinter diesem Proxy teilen eine Adresse und ihre Grenzen.',
      advice: 'Den Proxy in http.trustProxy nennen, oder ihn diese Kopfzeile nicht senden lassen.',
    },
    'notify.ok': well('Soweit bekannt, kommen Meldungen über Alarme an.'),
    'notify.no-receiver': {
      message: 'Niemand erfährt von Alarmen: Kein Empfänger ist eingerichtet.',
      advice: 'Einen in alarms.notify nennen und mit alarms test ausprobieren.',
    },
    'notify.nobody-told': {
      message: 'Meldungen kamen seit einem Tag nicht bei allen Empfängern an.',
      advice: 'Mit alarms receivers ansehen, was fehlschlägt, es beheben und mit alarms test ausprobieren.',
    },
    'notify.undelivered': {
      message: 'Eine Meldung über Alarme wartet schon länger als zehn Minuten.',
      advice: 'Mit alarms receivers ansehen, was fehlschlägt, es beheben und mit alarms test ausprobieren.',
    },
    'heartbeat.heartbeat-missing': {
      message: 'Das letzte Lebenszeichen ging nicht hinaus.',
      advice:
        'Unter readyz steht, woran es lag: beheben. Wer auf das Lebenszeichen wartet, hält das Gateway sonst für ausgefallen.',
    },
    'logo.logo-unusable': {
      message: 'Die Seiten zeigen kein Logo: Die Datei ist unbrauchbar.',
      advice: 'Die Datei ersetzen, die site.logo nennt, dann SIGHUP senden.',
    },
  },
  whatToDo: 'Was zu tun ist',
  seeDoors: 'Diese Türen ansehen',
  running: 'Dieses Gateway',
  version: 'Version',
  startedAt: 'Läuft seit',
  uptime: 'Dauer',
  storeSize: 'Speicher',
  howRunsEnd: {
    ended: 'Der Lauf davor endete ordentlich,',
    stopped:
      'Der Lauf davor endete ohne ein Wort, während die Maschine weiterlief: abgestürzt oder abgebrochen. Er lief nachweislich noch',
    'machine-stopped': 'Der Lauf davor ging mit der Maschine aus, wie bei Stromausfall. Er lief nachweislich noch',
    silent: 'Der Lauf davor endete ohne ein Wort. Er lief nachweislich noch',
    unknown: 'Von einem Lauf davor ist nichts bekannt.',
  },
  noFigures: 'Der Speicher ist jetzt nicht lesbar.',
  opens: 'Öffnungen je Stunde, letzte 7 Tage',
  opensIn7Days: { one: '# Öffnung in 7 Tagen', other: '# Öffnungen in 7 Tagen' },
  opensOfDays: 'Öffnungen je Tag',
  day: 'Tag',
  count: 'Öffnungen',
  notAll: 'Es gab mehr, als gezählt wurden; dies sind die neuesten.',
  messages: 'Meldungen am Tag, letzte 30 Tage',
  messagesIn30Days: { one: '# Meldung in 30 Tagen', other: '# Meldungen in 30 Tagen' },
  messagesOfDays: 'Tage mit Meldungen',
  messageCount: 'Meldungen',
  noisiest: 'Lauteste Türen, letzte 30 Tage',
  noisiestHint: 'Was immer wieder jemanden ruft, soll man beheben, statt sich daran zu gewöhnen.',
  noNoise: 'Keine Tür hat einen Alarm ausgelöst.',
  alarms: 'Alarme',
  door: 'Tür',
}
