import type { AlarmKind } from '#domain/alarms/alarm-kinds.ts'
import type { AlarmText } from './alarms-words.ts'

export const germanAlarmKinds: Readonly<Record<AlarmKind, AlarmText>> = {
  'store-failed': {
    name: 'Der Speicher nimmt nichts mehr an',
    consequence: 'Keine Tür öffnet mit einem Schlüssel: Vor dem Senden muss gespeichert werden, und das geht nicht.',
    advice: 'Die Platte des Geräts ansehen: Ist sie voll, schreibgeschützt oder defekt?',
  },
  'disk-full': {
    name: 'Platte voll',
    consequence: 'Der Speicher nimmt bald nichts mehr an, und dann öffnet keine Tür.',
    advice:
      'Jetzt Platz schaffen auf der Platte mit dem Datenverzeichnis: zuerst alte Protokolle und Sicherungen, nie Dateien von Latchkey.',
  },
  'broker-down': {
    name: 'Broker nicht erreichbar',
    consequence: 'Das Gateway erreicht kein Schloss: Jedes Öffnen wird mit „Schloss offline“ beantwortet.',
    advice: 'Prüfen, ob der Broker läuft und ob seine Adresse und das Passwort des Gateways noch stimmen.',
  },
  'lock-contradicts-itself': {
    name: 'Das Schloss widerspricht sich',
    consequence: 'Was dieses Schloss über seinen Riegel sagt, ist nicht verlässlich: Die Tür kann offen stehen.',
    advice: 'Das Schloss hat zu einem Befehl zwei Ergebnisse unterschrieben: Firmware und Tür selbst prüfen.',
  },
  'lock-contested': {
    name: 'Zwei Geräte mit einer Identität',
    consequence: 'Öffnungen schlagen fehl, weil beide sich die Verbindung wegnehmen, und eines davon kann fremd sein.',
    advice:
      'Zwei Geräte verbinden sich abwechselnd als dieses Schloss: Nachsehen, welches an der Tür hängt, und das andere vom Netz nehmen.',
  },
  'lock-offline': {
    name: 'Schloss offline',
    consequence: 'Kein Schlüssel öffnet diese Tür, bis das Schloss zurück ist.',
    advice: 'Zur Tür gehen: Hat ihr Schloss Strom (Batterie, Stecker, Sicherung), und reicht das Netz bis dorthin?',
  },
  'lock-never-came': {
    name: 'Schloss kam nie',
    consequence: 'Diese Tür lässt sich noch nicht mit einem Schlüssel öffnen.',
    advice:
      'Das Schloss mit dem Blatt von lock add bespielen und anschließen, oder außer Dienst nehmen, wenn es nie kommt.',
  },
  'battery-low': {
    name: 'Batterie schwach',
    consequence: 'Das Schloss öffnet noch einige Wochen, dann nicht mehr.',
    advice: 'Im Lauf der Woche neue Batterien einsetzen.',
  },
  'battery-critical': {
    name: 'Batterie fast leer',
    consequence: 'Das Schloss kann jeden Tag aufhören, seinen Riegel zu bewegen.',
    advice: 'Heute neue Batterien einsetzen.',
  },
  'lock-refused-by-battery': {
    name: 'Wegen der Batterie abgelehnt',
    consequence: 'Jemand stand mit gültigem Schlüssel vor dieser Tür, und sie ging nicht auf.',
    advice: 'Jetzt neue Batterien einsetzen; bis dahin öffnet die Tür nur mit dem mechanischen Schlüssel.',
  },
  'lock-jammed': {
    name: 'Riegel verklemmt',
    consequence: 'Jemand stand mit gültigem Schlüssel vor dieser Tür, und der Riegel bewegte sich nicht richtig.',
    advice: 'Die Tür von Hand prüfen: Steht sie unter Druck, sitzt das Schließblech falsch, klemmt der Riegel?',
  },
  'opening-unconfirmed': {
    name: 'Öffnung nicht bestätigt',
    consequence: 'Niemand weiß, ob diese Tür aufging, und die Nutzung eines Schlüssels ist zurückgehalten.',
    advice:
      'Dafür sorgen, dass das Schloss erreichbar ist, dann sagt es das selbst; ist es verloren, mit opening settle entscheiden.',
  },
  'opening-charged-by-age': {
    name: 'Öffnung nach Ablauf angerechnet',
    consequence: 'Ein Gast hat vielleicht eine Nutzung für eine Tür verloren, die nie aufging.',
    advice:
      'Das Schloss hat nie gesagt, was aus einer Öffnung wurde, darum wurde sie angerechnet: Erreichbarkeit prüfen.',
  },
  'ack-orphaned': {
    name: 'Antwort auf unbekannten Befehl',
    consequence: 'Ein Riegel kann sich auf einen Befehl hin bewegt haben, der nicht in diesem Speicher steht.',
    advice:
      'Das Schloss hat einen Befehl beantwortet, den dieser Speicher nie kannte: Wurde eine Sicherung eingespielt, oder arbeitet ein zweites Gateway?',
  },
  'key-overused': {
    name: 'Schlüssel zu oft benutzt',
    consequence: 'Ein Schlüssel hat seine Tür öfter geöffnet, als er sollte.',
    advice:
      'Eine späte, wahre Antwort hat einen Schlüssel über seine Höchstzahl gebracht: Das Protokoll dieser Tür zeigt es.',
  },
  'lock-floods': {
    name: 'Das Schloss sendet zu viel',
    consequence: 'Solange das Schloss abgeklemmt ist, öffnet kein Schlüssel seine Tür.',
    advice:
      'Das Schloss sagt mehr, als ein gesundes kann, und wird darum immer wieder für eine Weile abgeklemmt: Ist die Firmware defekt, oder hat jemand anderes seinen Schlüssel oder sein Passwort?',
  },
  'clock-untrusted': {
    name: 'Der Uhr ist nicht zu trauen',
    consequence: 'Keine Tür öffnet mit einem Schlüssel: Keiner lässt sich beurteilen.',
    advice: 'Die Uhr des Geräts stellen. Geht sie richtig und ging vorher vor, das mit clock confirm bestätigen.',
  },
  'disk-low': {
    name: 'Platte wird voll',
    consequence: 'Türen öffnen wie immer; geht es so weiter, ist die Platte eines Tages voll.',
    advice:
      'Diese Woche Platz schaffen auf der Platte mit dem Datenverzeichnis: zuerst alte Protokolle und Sicherungen.',
  },
  'log-lines-lost': {
    name: 'Protokollzeilen verloren',
    consequence: 'Was in der Zwischenzeit geschah, steht nicht im Betriebsprotokoll; die Ereignisse sind vollständig.',
    advice: 'Dafür sorgen, dass der Leser des Betriebsprotokolls mitkommt und dessen Platte Platz hat.',
  },
  'prepared-locks-full': {
    name: 'Zu viele vorbereitete Schlösser',
    consequence: 'Programme dürfen keine weiteren Schlösser anlegen.',
    advice:
      'Programme dürfen keine Schlösser ohne Schlüssel mehr vorbereiten: Ist eines defekt, oder ist sein Zugang in falschen Händen?',
  },
  'token-keys-unusable': {
    name: 'Token-Schlüssel unbrauchbar',
    consequence: 'Token, die ein neuer Schlüssel unterschreibt, werden abgelehnt; die der alten gelten weiter.',
    advice: 'Eine Datei mit Token-Schlüsseln ist unbrauchbar: Die alten gelten weiter; eine ganze Datei dorthin legen.',
  },
  'token-keys-stale': {
    name: 'Token-Schlüssel veraltet',
    consequence: 'Ein seither zurückgezogener oder neuer Token-Schlüssel ist hier nicht bekannt.',
    advice: 'Seit 24 Stunden wurden keine Token-Schlüssel aufgefrischt: den Weg zum Aussteller prüfen.',
  },
  'nobody-told': {
    name: 'Meldungen kommen nicht an',
    consequence: 'Meldungen über Alarme erreichen jemanden oder alle nicht mehr: die Alarme selbst ansehen.',
    advice: 'Mit alarms receivers nachsehen, was nicht ging, es beheben und mit alarms test ausprobieren.',
  },
  'access-ending': {
    name: 'Ein API-Schlüssel oder ein Zugang läuft ab',
    consequence: 'Von da an wird ein Programm oder jemand vom Personal abgewiesen.',
    advice:
      'Dem Programm mit api-key create einen neuen API-Schlüssel geben und den alten zurückziehen; dem Personal mit staff until mehr Zeit geben oder den Zugang mit staff remove beenden.',
  },
}
