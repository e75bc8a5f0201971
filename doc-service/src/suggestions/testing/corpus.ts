/**
 * A labelled archive, made by a script: letters of many senders in German and English, each with the folder in which it
 * lies and the words that a title of it must have. The same seed makes the same archive.
 */
export type Labelled = {
  text: string;
  /** Null for a letter that fits none of the folders. */
  folder: string | null;
  /** Each must stand in a usable title; small letters. */
  titleWords: string[];
  isHeldOut: boolean;
};

type Language = 'de' | 'en';
type Place = {
  folder: string;
  language: Language;
  senders: readonly (readonly [name: string, domain: string])[];
  /** `#` is a number, `@` a year; the words in front of `|` must stand in the title. */
  subjects: readonly string[];
  sentences: readonly string[];
};

const german = (
  folder: string,
  senders: Place['senders'],
  subjects: string[],
  sentences: string[],
): Place => ({
  folder,
  language: 'de',
  senders,
  subjects,
  sentences,
});
const english = (
  folder: string,
  senders: Place['senders'],
  subjects: string[],
  sentences: string[],
): Place => ({
  folder,
  language: 'en',
  senders,
  subjects,
  sentences,
});

const places: readonly Place[] = [
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
  english(
    'Invoices/@',
    [
      ['Lindqvist Paper & Print Ltd', 'lindqvist.example'],
      ['Harbour Supplies Ltd', 'harboursupplies.example'],
      ['Crate & Barrow Cooperative', 'cratebarrow.example'],
    ],
    ['Invoice #', 'Invoice No #'],
    [
      'Payment is due within thirty days.',
      'Recycled paper and envelopes as ordered.',
      'Goods remain our property until paid in full.',
      'The carrier delivered four pallets.',
      'Value added tax is shown separately.',
      'Please quote the number with your transfer.',
    ],
  ),
  english(
    'Contracts',
    [
      ['Beacon Property Management Ltd', 'beaconproperty.example'],
      ['Tidewater Leasing LLC', 'tidewater.example'],
    ],
    ['Lease agreement #', 'Service agreement #', 'Maintenance contract #'],
    [
      'This agreement is made between the parties.',
      'Either party may terminate with three months notice.',
      'The governing law is that of the place of performance.',
      'Liability is limited to direct damage.',
      'The term is twenty four months.',
    ],
  ),
  english(
    'Travel',
    [
      ['Northern Ferries Ltd', 'northernferries.example'],
      ['Railways of Europe Limited', 'rail-europe.example'],
    ],
    ['Booking confirmation #', 'Your ticket|: seat and departure'],
    [
      'Check in closes forty minutes before departure.',
      'One cabin with two berths on deck seven.',
      'The seat is in coach twelve.',
      'Luggage may be left at the pier.',
      'Changes are free until the day before.',
    ],
  ),
  english(
    'Research/Oceans',
    [['University of Saltmarsh', 'saltmarsh.example']],
    [
      'Sediment transport in tidal inlets|',
      'Plankton blooms of the North Sea|',
      'Salinity gradients in estuaries|',
    ],
    [
      'We sampled twelve stations along the transect.',
      'Chlorophyll was measured by fluorometry.',
      'Turbidity followed the spring tide.',
      'The model explains two thirds of the variance.',
      'Cores were dated with lead isotopes.',
    ],
  ),
  english(
    'Research/Machines',
    [['Institute of Applied Robotics', 'iar.example']],
    ['Grasp planning with compliant hands|', 'Calibration of parallel arms|', 'Learning to walk on gravel|'],
    [
      'The controller runs at one kilohertz.',
      'Torque sensors are mounted at each joint.',
      'A neural network predicts the contact.',
      'The arm repeats within forty micrometres.',
      'We compare three gaits.',
    ],
  ),
  english(
    'Minutes',
    [['Harbour Light Cooperative', 'harbourlight.example']],
    ['Minutes of the board meeting @', 'Minutes of the members meeting @'],
    [
      'Present were five members of the board.',
      'The treasurer reported a surplus.',
      'The motion was carried unanimously.',
      'Next meeting on the first Monday.',
      'Actions were assigned to the secretary.',
    ],
  ),
  english(
    'Medical',
    [['Saint Brendan Hospital', 'stbrendan.example']],
    ['Medical report #', 'Lab report #'],
    [
      'Blood pressure was normal on admission.',
      'The radiograph shows no fracture.',
      'Continue the tablets twice a day.',
      'Review in the outpatient clinic.',
      'Haemoglobin within the reference range.',
    ],
  ),
  english(
    'Warranty',
    [
      ['Kettle & Cord Inc.', 'kettlecord.example'],
      ['Velo Works Ltd', 'veloworks.example'],
    ],
    ['Receipt #', 'Certificate of warranty #'],
    [
      'The warranty covers parts for two years.',
      'Keep this receipt with the serial number.',
      'Repairs are made in our own workshop.',
      'Batteries are covered for six months.',
      'Register the appliance online.',
    ],
  ),
  english(
    'Insurance',
    [['Lighthouse Insurance PLC', 'lighthouse-ins.example']],
    ['Insurance policy #', 'Notice of renewal #'],
    [
      'The premium is payable yearly.',
      'Contents are insured up to forty thousand.',
      'Claims are settled within ten days.',
      'The excess is two hundred.',
      'Cover includes accidental damage.',
    ],
  ),
  english(
    'Manuals',
    [
      ['Velo Works Ltd', 'veloworks.example'],
      ['Fjord Audio Inc.', 'fjordaudio.example'],
    ],
    ['Assembly guide for the cargo bicycle|', 'Quick start for the amplifier|', 'Care of your loudspeaker|'],
    [
      'Tighten the bolts with a torque wrench.',
      'Connect the red lead to the plus terminal.',
      'Do not open the housing.',
      'Charge the battery fully before first use.',
      'Wipe with a dry cloth.',
    ],
  ),
];
/** Letters that belong in no folder. */
const strays: readonly Place[] = [
  german(
    '-',
    [['Blumenhaus Iris', 'blumen-iris.example']],
    ['Grußkarte zum Jubiläum|'],
    ['Wir gratulieren herzlich.', 'Die Rosen sind aus eigenem Anbau.', 'Feiern Sie schön.'],
  ),
  english(
    '-',
    [['The Puzzle Society', 'puzzlesociety.example']],
    ['Crossword of the month|'],
    ['Across: a bird of the marsh.', 'Down: what the tide leaves.', 'Solutions appear next time.'],
  ),
  german(
    '-',
    [['Theater am Markt', 'theater-markt.example']],
    ['Spielplan der Saison|'],
    ['Die Premiere ist ausverkauft.', 'Der Vorhang hebt sich um acht.', 'Das Orchester spielt im Graben.'],
  ),
  english(
    '-',
    [['Allotment Association', 'allotments.example']],
    ['Seed swap in the old barn|'],
    ['Bring tomatoes and beans.', 'The compost is free.', 'Rabbits are not welcome.'],
  ),
];
const common: Readonly<Record<Language, readonly string[]>> = {
  de: [
    'Sehr geehrte Frau Jansen, sehr geehrter Herr Jansen,',
    'vielen Dank für Ihr Vertrauen.',
    'Bei Fragen erreichen Sie uns werktags von neun bis siebzehn Uhr.',
    'Bitte bewahren Sie dieses Schreiben auf.',
    'Dieses Schreiben wurde maschinell erstellt und ist ohne Unterschrift gültig.',
    'Mit freundlichen Grüßen',
    'Der Betrag wird abgebucht.',
    'Weitere Angaben finden Sie auf der Rückseite.',
  ],
  en: [
    'Dear Ms Jansen, dear Mr Jansen,',
    'thank you for your trust.',
    'Questions are answered on working days between nine and five.',
    'Please keep this letter.',
    'This letter was made by a machine and needs no signature.',
    'Yours sincerely',
    'The amount will be collected.',
    'See overleaf for more.',
  ],
};
const strangers: Readonly<Record<Language, readonly [name: string, domain: string]>> = {
  de: ['Kontor Albers GmbH', 'kontor-albers.example'],
  en: ['Marrow & Pike Ltd', 'marrowpike.example'],
};
const months = [
  'Januar',
  'Februar',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
];
const englishMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** @param perFolder letters of each folder, of which 30 in 100 are held out */
export function makeCorpus({ perFolder, seed = 7 }: { perFolder: number; seed?: number }): Labelled[] {
  const random = randomOf(seed);
  const letters = places.flatMap((place) =>
    Array.from({ length: perFolder }, (_, at) => letterOf(place, at % 10 < 3, random)),
  );
  const others = strays.flatMap((place) =>
    Array.from({ length: Math.ceil(perFolder / 3) }, () => ({
      ...letterOf(place, true, random),
      folder: null,
    })),
  );
  return [...letters, ...others];
}

function letterOf(place: Place, isHeldOut: boolean, random: Random): Labelled {
  const { language } = place;
  // Some senders write for the first time, and some letters do not say who wrote them.
  const isStranger = isHeldOut && random() < 0.2;
  const [name, domain] = isStranger ? strangers[language] : pick(place.senders, random);
  // The newest year has no folder yet.
  const year = isHeldOut && random() < 0.3 ? 2026 : 2024 + Math.floor(random() * 2);
  const number = `${year}-${String(Math.floor(random() * 9000) + 1000)}`;
  const [must = '', rest = ''] = pick(place.subjects, random).split('|');
  const written = (must + rest).replace('#', number).replace('@', String(year));
  const date = dateOf(language, year, random);
  const heading = random() < 0.35 ? `${language === 'de' ? 'Betreff' : 'Subject'}: ${written}` : written;
  const own = sample(place.sentences, 1 + Math.floor(random() * 3), random);
  const between = sample(common[language], 3 + Math.floor(random() * 4), random);
  const amount = `${(random() * 900 + 20).toFixed(2).replace('.', language === 'de' ? ',' : '.')} ${language === 'de' ? 'EUR' : 'pounds'}`;
  const lines = [
    random() < 0.85 ? name : '',
    random() < 0.4 ? `www.${domain}` : '',
    language === 'de'
      ? 'Familie Jansen, Deichstraße 12, 24000 Seedorf'
      : 'Mr and Ms Jansen, 12 Quay Street, Saltmarsh',
    ...(random() < 0.5 ? [date, heading] : [heading, date]),
    ...shuffled([...own, ...between], random),
    amount,
    random() < 0.4 ? `info@${domain}` : '',
  ];
  const text = lines.filter((line) => line !== '').join('\n');
  return {
    text: random() < 0.25 ? blurred(text, random) : text,
    folder: place.folder.replace('@', String(year)),
    titleWords: must.replace('#', number).replace('@', String(year)).trim().toLowerCase().split(' '),
    isHeldOut,
  };
}

function dateOf(language: Language, year: number, random: Random): string {
  const [day, month] = [Math.floor(random() * 28) + 1, Math.floor(random() * 12)];
  if (language === 'en')
    return random() < 0.5
      ? `${day} ${englishMonths[month]} ${year}`
      : `Date: ${year}-${two(month + 1)}-${two(day)}`;
  return random() < 0.5
    ? `Seedorf, den ${day}. ${months[month]} ${year}`
    : `Datum: ${two(day)}.${two(month + 1)}.${year}`;
}

/** As a bad scan is read: some letters are taken for others, below the first lines. */
function blurred(text: string, random: Random): string {
  const wrong: Readonly<Record<string, string>> = { l: '1', o: '0', e: 'c', n: 'ri', u: 'ii' };
  return text.replaceAll(/[loenu]/g, (one, at: number) =>
    at > 160 && random() < 0.1 ? (wrong[one] ?? one) : one,
  );
}

type Random = () => number;
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<One>(all: readonly One[], random: Random): One {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

function sample<One>(all: readonly One[], count: number, random: Random): One[] {
  return shuffled(all, random).slice(0, count);
}

function shuffled<One>(all: readonly One[], random: Random): One[] {
  return all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
