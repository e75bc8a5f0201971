/** Folders of letters in English, with their senders, subjects and sentences. */
import { english, type Place } from './corpus.types.ts';

export const englishPlaces: readonly Place[] = [
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
