/** Folders of letters in German, with their senders, subjects and sentences. */
import { german, type Place } from './corpus.types.ts';

export const germanPlaces: readonly Place[] = [
  german(
    'Strom',
    [
      ['Stadtwerke Seedorf GmbH', 'sw-seedorf.example'],
      ['Nordstrom AG', 'nordstrom-ag.example'],
    ],
    ['Rechnung #', 'Abschlagsrechnung #', 'Jahresrechnung Strom #'],
    [
      'Ihr Verbrauch betrug 2.840 Kilowattstunden.',
      'Der Zählerstand wurde am Stichtag abgelesen.',
      'Der Arbeitspreis steigt auf 31,2 Cent.',
      'Der Grundpreis bleibt unverändert.',
      'Der neue Abschlag wird monatlich abgebucht.',
      'Die Netzentgelte sind darin enthalten.',
    ],
  ),
  german(
    'Wasser',
    [
      ['Wasserverband Seeland e.V.', 'wv-seeland.example'],
      ['Stadtwerke Seedorf GmbH', 'sw-seedorf.example'],
    ],
    ['Bescheid Wassergebühren #', 'Rechnung Wasser #'],
    [
      'Der Wasserzähler zeigte 412 Kubikmeter.',
      'Die Abwassergebühr richtet sich nach dem Frischwasser.',
      'Das Niederschlagswasser wird nach Fläche berechnet.',
      'Die Kanalgebühr ist neu festgesetzt.',
      'Der Zähler wird im Sommer getauscht.',
    ],
  ),
  german(
    'Versicherung/Auto',
    [
      ['Hansa Versicherung AG', 'hansa-vers.example'],
      ['Direktschutz AG', 'direktschutz.example'],
    ],
    ['Versicherungsschein #', 'Rechnung Kfz-Beitrag #'],
    [
      'Das amtliche Kennzeichen lautet SE-AB 123.',
      'Die Kfz-Haftpflicht deckt Schäden bis 100 Millionen.',
      'Die Schadenfreiheitsklasse wurde angepasst.',
      'In der Vollkasko gilt eine Selbstbeteiligung von 300 Euro.',
      'Das Fahrzeug wird privat genutzt, 12.000 Kilometer im Jahr.',
    ],
  ),
  german(
    'Versicherung/Haus',
    [['Hansa Versicherung AG', 'hansa-vers.example']],
    ['Versicherungsschein #', 'Beitragsrechnung #'],
    [
      'Die Wohngebäudeversicherung umfasst Sturm und Hagel.',
      'Leitungswasser und Feuer sind eingeschlossen.',
      'Die Wohnfläche beträgt 134 Quadratmeter.',
      'Elementarschäden sind mitversichert.',
      'Das Dach wurde 2015 neu gedeckt.',
    ],
  ),
  german(
    'Gesundheit/Krankenkasse',
    [['Krankenkasse Nordlicht', 'kk-nordlicht.example']],
    ['Bescheid über Beiträge #', 'Bonusprogramm|: Ihre Punkte'],
    [
      'Der Zusatzbeitrag beträgt 1,7 Prozent.',
      'Ihre Versichertenkarte ist weiter gültig.',
      'Vorsorgeuntersuchungen bringen Punkte.',
      'Die Zuzahlungen wurden geprüft.',
      'Die Familienversicherung läuft weiter.',
    ],
  ),
  german(
    'Gesundheit/Befunde',
    [
      ['Klinik am Deich', 'klinik-deich.example'],
      ['Laborzentrum Küste GmbH', 'labor-kueste.example'],
    ],
    ['Befund #', 'Laborbefund #'],
    [
      'Das Blutbild zeigt keine Auffälligkeiten.',
      'Leukozyten und Thrombozyten im Normbereich.',
      'Wir empfehlen eine Kontrolle in sechs Monaten.',
      'Die Sonographie war unauffällig.',
      'Cholesterin leicht erhöht.',
    ],
  ),
  german(
    'Steuer',
    [['Finanzamt Seedorf', 'fa-seedorf.example']],
    ['Einkommensteuerbescheid @', 'Bescheid über Vorauszahlungen @'],
    [
      'Die Einkommensteuer wird festgesetzt.',
      'Gegen diesen Bescheid ist der Einspruch gegeben.',
      'Ihre Steuernummer bleibt gleich.',
      'Der Solidaritätszuschlag entfällt.',
      'Werbungskosten wurden anerkannt.',
      'Die Erstattung wird überwiesen.',
    ],
  ),
  german(
    'Gehalt/@',
    [['Werft Holm GmbH', 'werft-holm.example']],
    ['Gehaltsabrechnung|'],
    [
      'Bruttolohn und Nettolohn siehe Tabelle.',
      'Steuerklasse eins, kein Kinderfreibetrag.',
      'Die Lohnsteuer wurde abgeführt.',
      'Rentenversicherung und Arbeitslosenversicherung anteilig.',
      'Urlaubstage genommen und übrig.',
    ],
  ),
  german(
    'Bank',
    [['Sparkasse Seedorf', 'spk-seedorf.example']],
    ['Kontoauszug #'],
    [
      'Alter Saldo und neuer Saldo in Euro.',
      'Gutschrift und Lastschrift nach Buchungstag.',
      'Der Dispokredit beträgt 2.000 Euro.',
      'Bitte prüfen Sie die Buchungen.',
      'Wertstellung am Folgetag.',
    ],
  ),
  german(
    'Wohnung',
    [['Hausverwaltung Lorenz GmbH', 'hv-lorenz.example']],
    ['Nebenkostenabrechnung @', 'Mietvertrag|', 'Protokoll der Eigentümerversammlung @'],
    [
      'Die Heizkosten werden nach Verbrauch verteilt.',
      'Die Kaltmiete beträgt 780 Euro.',
      'Der Hausmeister ist dienstags da.',
      'Das Treppenhaus wird gestrichen.',
      'Die Kaution liegt auf einem Sparbuch.',
    ],
  ),
  german(
    'Schule',
    [['Gymnasium am Hafen', 'gym-hafen.example']],
    ['Zeugnis|', 'Klassenfahrt nach Weimar @', 'Einladung zum Elternabend|'],
    [
      'Die Klassenlehrerin ist Frau Petersen.',
      'Die Versetzung ist nicht gefährdet.',
      'Bitte geben Sie den Zettel unterschrieben zurück.',
      'Mathematik und Deutsch werden schriftlich geprüft.',
      'Die Projektwoche endet mit einem Fest.',
    ],
  ),
  german(
    'Verein/Ruderclub',
    [['Ruderclub Seedorf e.V.', 'rc-seedorf.example']],
    ['Protokoll der Mitgliederversammlung @', 'Einladung zur Regatta @'],
    [
      'Der Vorstand wurde entlastet.',
      'Das Bootshaus braucht ein neues Tor.',
      'Der Vierer trainiert montags.',
      'Die Jugend fährt zur Landesmeisterschaft.',
      'Der Mitgliedsbeitrag bleibt gleich.',
    ],
  ),
  german(
    'Telefon',
    [
      ['Küstennetz GmbH', 'kuestennetz.example'],
      ['Mobilfunk Eins GmbH', 'mobil-eins.example'],
    ],
    ['Rechnung #', 'Kündigungsbestätigung #'],
    [
      'Ihr Datenvolumen beträgt 20 Gigabyte.',
      'Die Rufnummer wird mitgenommen.',
      'Gespräche ins Festnetz sind frei.',
      'Der Anschluss wird auf Glasfaser umgestellt.',
      'Der Router bleibt unser Eigentum.',
    ],
  ),
  german(
    'Handwerker',
    [
      ['Tischlerei Brandt', 'tischlerei-brandt.example'],
      ['Elektro Möller GmbH', 'elektro-moeller.example'],
      ['Dachdecker Hinrichs KG', 'dach-hinrichs.example'],
    ],
    ['Angebot #', 'Rechnung #', 'Auftragsbestätigung #'],
    [
      'Arbeitsstunden Geselle und Meister.',
      'Material, Kleinteile und Anfahrt.',
      'Das Gerüst steht zwei Wochen.',
      'Die Fenster werden aus Lärche gefertigt.',
      'Die Leitungen sind geprüft worden.',
      'Das Gewerk wurde abgenommen.',
    ],
  ),
];
