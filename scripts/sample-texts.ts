/** What the sample documents say: a dozen letters, invoices, contracts and manuals, and where each of them lies. */

export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; columns: number[]; rows: string[][] };
export type Sample = { path: string; title: string; letterhead: string; subtitle: string; blocks: Block[] };

const heading = (text: string): Block => ({ kind: 'heading', text });
const text = (words: string): Block => ({ kind: 'text', text: words });
const list = (...items: string[]): Block => ({ kind: 'list', items });
const table = (columns: number[], ...rows: string[][]): Block => ({ kind: 'table', columns, rows });

const invoice = (
  number: string,
  month: string,
  path: string,
  from: string,
  to: string,
  rows: string[][],
  total: string,
): Sample => ({
  path,
  title: `Invoice ${number}`,
  letterhead: from,
  subtitle: month,
  blocks: [
    text(`To: ${to}`),
    text(
      'Thank you for your order. We delivered the following and ask for payment within thirty days, without deduction, to the account named below.',
    ),
    table([0.5, 0.14, 0.18, 0.18], ['Description', 'Quantity', 'Unit price', 'Amount'], ...rows, [
      'Total',
      '',
      '',
      total,
    ]),
    heading('Payment'),
    text(
      `Please quote ${number} with your transfer. Account IBAN DE02 1203 0000 0000 2020 51, held by ${from}. Prices include the statutory value added tax; the goods remain our property until they have been paid for in full.`,
    ),
    text(
      'Questions about this invoice are answered by our accounts department on working days between nine and five.',
    ),
  ],
});

export const samples: readonly Sample[] = [
  invoice(
    '2026-0117',
    'January 2026',
    'invoices/2026/invoice-2026-0117.pdf',
    'Lindqvist Paper & Print',
    'Harbour Light Cooperative, Pier 4',
    [
      ['Recycled paper, A4, 80 g', '40', '€ 4.20', '€ 168.00'],
      ['Envelopes with window', '1,000', '€ 0.06', '€ 60.00'],
      ['Delivery by cargo bicycle', '1', '€ 12.00', '€ 12.00'],
    ],
    '€ 240.00',
  ),
  invoice(
    '2026-0233',
    'February 2026',
    'invoices/2026/invoice-2026-0233.pdf',
    'Lindqvist Paper & Print',
    'Harbour Light Cooperative, Pier 4',
    [
      ['Posters, A2, four colours', '120', '€ 1.85', '€ 222.00'],
      ['Proof print', '2', '€ 9.00', '€ 18.00'],
    ],
    '€ 240.00',
  ),
  invoice(
    'E-88412',
    'Heating period 2025',
    'invoices/2025/district-heating-E-88412.pdf',
    'Nordstad District Heating',
    'Harbour Light Cooperative, Pier 4',
    [
      ['Heat, kilowatt hours', '8,420', '€ 0.112', '€ 943.04'],
      ['Meter and service', '12', '€ 11.50', '€ 138.00'],
    ],
    '€ 1,081.04',
  ),
  {
    path: 'contracts/lease/lease-agreement-pier-4.pdf',
    title: 'Lease Agreement for Pier 4',
    letterhead: 'Port Authority of Nordstad',
    subtitle: 'Between the Port Authority and Harbour Light Cooperative',
    blocks: [
      heading('1. What is let'),
      text(
        'The Port Authority lets to the Cooperative the warehouse on Pier 4, ground floor and gallery, with a floor area of 612 square metres, together with the right to use the quay in front of it for loading and unloading. The plan in the annex is part of this agreement.',
      ),
      heading('2. Term and notice'),
      text(
        'The lease begins on 1 March 2026 and runs for ten years. Either side may give notice in writing, twelve months before the end of a calendar year, for the first time at the end of the fifth year. Without notice it continues for two years at a time.',
      ),
      heading('3. Rent'),
      text(
        'The rent is € 3,850 a month and is due on the third working day. It is adjusted once a year to the consumer price index, by no more than three per cent. Heating, water and refuse are charged by consumption.',
      ),
      heading('4. Deposit'),
      text(
        'The Cooperative pays a deposit of three monthly rents, which is kept apart from the assets of the Port Authority and is returned, with interest, within six weeks of the end of the lease.',
      ),
      heading('5. Upkeep'),
      text(
        'The Port Authority keeps the roof, the walls, the foundations and the crane rails in good repair. The Cooperative looks after everything inside, cleans the gutters twice a year, and reports damage without delay. Damage by flood or ice is borne by the Port Authority unless the flood gates were left open against the harbour master’s order.',
      ),
      heading('6. Alterations'),
      text(
        'Alterations to the building need consent in writing, which is not withheld without good reason. Shelves, workshops and partitions that can be removed without trace need none.',
      ),
      heading('7. Subletting'),
      text(
        'The Cooperative may let single rooms to its members. The Port Authority is told their names. Every other form of subletting needs its consent.',
      ),
      heading('8. End of the lease'),
      text(
        'The Cooperative returns the warehouse swept and empty. Fixtures that the Port Authority wishes to keep are paid for at their value of the day; if the two do not agree on it, the chamber of commerce names an assessor whose word is final.',
      ),
      text('Signed at Nordstad on 12 January 2026.'),
    ],
  },
  {
    path: 'contracts/maintenance-agreement-crane.pdf',
    title: 'Maintenance Agreement: Quay Crane',
    letterhead: 'Brandt Lifting Gear',
    subtitle: 'Agreement number BL-2026-09',
    blocks: [
      heading('Services'),
      list(
        'A safety inspection every six months, with a written report and a seal.',
        'Lubrication of the slewing ring and the trolley every three months.',
        'Repairs within two working days of a call, within eight hours if people are at risk.',
      ),
      heading('Price'),
      text(
        'The annual fee is € 2,160, due in two equal parts. Parts are charged at list price less ten per cent; work at night or on public holidays carries a surcharge of fifty per cent.',
      ),
      heading('Liability'),
      text(
        'Brandt Lifting Gear is liable for damage caused by faulty work up to two million euros for each event. It is not liable when the crane was loaded above 3.2 tonnes or used in wind above force seven.',
      ),
    ],
  },
  {
    path: 'manuals/coffee-roaster/operating-manual.pdf',
    title: 'Drum Roaster K-12: Operating Manual',
    letterhead: 'Kestrel Machines',
    subtitle: 'Third edition, for machines from serial number 4100',
    blocks: [
      heading('Before you begin'),
      text(
        'The roaster becomes hot: the drum reaches 240 degrees and stays dangerous to touch for an hour after it was switched off. Set it on a level floor that does not burn, leave half a metre of room on all sides, and connect the exhaust before the power.',
      ),
      list(
        'Wear gloves when you open the drum.',
        'Never leave a roast alone.',
        'Keep a fire blanket within reach; never use water on burning chaff.',
      ),
      heading('Your first roast'),
      text(
        'Preheat to 200 degrees, which takes about twenty minutes. Charge one kilogram of green coffee and close the hatch at once. The temperature falls and turns after about ninety seconds; from there it should rise by ten degrees a minute, later by six.',
      ),
      text(
        'Between 196 and 204 degrees you hear the first crack, a sound like breaking twigs. A light roast ends a minute after it began, a medium roast two minutes later. Open the front door and let the beans fall into the cooling tray; the stirrer starts by itself.',
      ),
      heading('Cleaning'),
      text(
        'Empty the chaff collector after every fifth roast. Brush the exhaust pipe once a week: oily residue is the usual cause of fires in roasters. Wipe the sight glass with warm water and a drop of vinegar, never with a scouring pad.',
      ),
      heading('When something is wrong'),
      table(
        [0.38, 0.62],
        ['What you notice', 'What to do'],
        ['The drum does not turn', 'Check the belt behind the left cover'],
        ['Smoke from the hatch', 'Clean the exhaust; replace the gasket'],
        ['The display shows E4', 'The thermocouple is loose: tighten it'],
        ['Uneven colour', 'Charge less, or preheat longer'],
      ),
      heading('Care and spare parts'),
      text(
        'Grease the front bearing every hundred hours with the heat-resistant grease that came with the machine. Belts, gaskets and thermocouples are kept in stock for fifteen years after the last machine of a series has been built. Order them by the number that is stamped on the part.',
      ),
    ],
  },
  {
    path: 'manuals/bicycle/cargo-bicycle-care.pdf',
    title: 'Caring for Your Cargo Bicycle',
    letterhead: 'Velo Workshop Nordstad',
    subtitle: 'A short guide for everybody who rides ours',
    blocks: [
      heading('Every ride'),
      list(
        'Squeeze both tyres: they should hardly give.',
        'Pull both brakes: the lever must stop well before the handlebar.',
        'Lift the load bay: nothing may rattle.',
      ),
      heading('Every month'),
      text(
        'Clean the chain with a dry cloth, put one drop of oil on each link, turn the pedals twenty times and wipe off what is left. A chain that glistens collects sand; sand eats sprockets.',
      ),
      heading('Loading'),
      text(
        'Heavy things belong at the bottom and in the middle. The bay carries 100 kilograms. Strap everything down, even for a short way, and take the first corner slowly: a loaded bicycle steers like a small ship.',
      ),
    ],
  },
  {
    path: 'letters/2026/welcome-to-the-cooperative.pdf',
    title: 'Welcome to the Cooperative',
    letterhead: 'Harbour Light Cooperative',
    subtitle: 'Nordstad, 2 February 2026',
    blocks: [
      text('Dear Ms Okonkwo,'),
      text(
        'We are very glad that you are joining us. From the first of March the north-east room on the gallery is yours; the light there is best in the morning, and the swallows that nest above the window have been told to expect you.',
      ),
      text(
        'Your key is waiting at the harbour master’s office. Please bring a photograph for the notice board, and, if you can, something to eat for the Thursday table, where all of us have lunch together at half past twelve.',
      ),
      text(
        'The enclosed house rules fit on one page because we took out everything that goes without saying. If anything is unclear, ask whoever is making coffee.',
      ),
      text('With warm regards, for the Cooperative'),
      text('Tomasz Lindqvist'),
    ],
  },
  {
    path: 'letters/2026/reply-to-the-insurer.pdf',
    title: 'Claim for Water Damage of 9 January',
    letterhead: 'Harbour Light Cooperative',
    subtitle: 'Nordstad, 20 January 2026 · Your reference WD-77120',
    blocks: [
      text('Dear Sir or Madam,'),
      text(
        'On the night of 9 January the storm surge pressed water through the southern gate of our warehouse. It stood eleven centimetres high for about four hours. The harbour master confirms that the flood gates were closed in time; his report is enclosed.',
      ),
      text(
        'The damage consists of forty sacks of green coffee, two electric motors and the floor of the workshop, together € 6,480 by the enclosed estimates. Photographs of each item are numbered as in the list.',
      ),
      text(
        'We ask you to let us know by the end of the month whether your assessor wishes to see the motors before they are scrapped.',
      ),
      text('Yours faithfully, Tomasz Lindqvist'),
    ],
  },
  {
    path: 'minutes/2026-01-annual-meeting.pdf',
    title: 'Minutes of the Annual Meeting',
    letterhead: 'Harbour Light Cooperative',
    subtitle: '17 January 2026, in the great hall, 19:00 to 21:40',
    blocks: [
      text(
        'Present: thirty-one of thirty-eight members; the meeting is able to decide. Chair: Amara Okonkwo. Minutes: Jonas Brandt.',
      ),
      heading('1. Report of the board'),
      text(
        'The year closed with a surplus of € 4,912. The roastery earned more than expected, the print shop less. The board thanks the volunteers who repaired the roof of the boat shed in September.',
      ),
      heading('2. Accounts'),
      text(
        'The auditors found the books in order and recommend that the board be discharged. Agreed with one abstention.',
      ),
      heading('3. The lease of Pier 4'),
      text(
        'After a lively discussion of the clause on flood damage the meeting authorises the board to sign the lease: twenty-eight in favour, two against, one abstention.',
      ),
      heading('4. Any other business'),
      list(
        'The swallows stay. The gallery window is kept open from April to August.',
        'The piano is tuned; Mr Abara is thanked.',
        'Next meeting: 16 January 2027.',
      ),
    ],
  },
  {
    path: 'recipes/fish-soup.pdf',
    title: 'Fish Soup for the Thursday Table',
    letterhead: 'Harbour Light Cooperative',
    subtitle: 'Feeds twelve, or eight after a day on the water',
    blocks: [
      heading('You need'),
      list(
        'Two kilograms of cod and whatever else the boats brought in, in large pieces.',
        'Four leeks, six carrots, one bulb of fennel, a handful of dill.',
        'A litre of fish stock, half a litre of cream, saffron, one glass of dry white wine.',
      ),
      heading('How it is done'),
      text(
        'Soften the vegetables slowly in butter; nothing may brown. Pour in the wine, let it boil away, add stock and saffron and simmer for a quarter of an hour. Stir in the cream, lay the fish on top, cover, and take the pot off the fire. After eight minutes the fish is done.',
      ),
      text('Serve with dark bread. The soup does not keep, which has never been a problem.'),
    ],
  },
  {
    path: 'house-rules.pdf',
    title: 'House Rules',
    letterhead: 'Harbour Light Cooperative',
    subtitle: 'One page, agreed by all',
    blocks: [
      list(
        'Whoever leaves last switches off the roaster, the lights and the music, in this order.',
        'The kitchen belongs to everybody, and so do its dishes.',
        'Visitors are welcome. Tell them about the step behind the door.',
        'Tools go back to their shadow on the wall.',
        'Bicycles sleep outside, boats in the shed, dogs wherever they like.',
      ),
      text('Anything that is not written here is solved by talking to each other.'),
    ],
  },
];
