/**
 * Small writes of a busy turn of the event loop leave together at its end: whoever reads them is woken once and not for each, and a
 * wake-up costs the writer as much as half the write. Where there is little to do, each leaves at once.
 */
export type Departure = { depart: () => void };

/** Nobody waits for others as long as there are no more than these. */
const fewInATurn = 2;

let waiting: Departure[] = [];
let sent: Departure[] = [];
let inThisTurn = 0;
let isBusy = false;

/** Calls `depart` now, or when everything that came in this turn has been read. */
export function departSoon(departure: Departure): void {
  if (inThisTurn++ === 0) setImmediate(endTurn);
  if (!isBusy && inThisTurn <= fewInATurn) departure.depart();
  else waiting.push(departure);
}

/** Calls `depart` when everything that came in this turn has been read. */
export function departLast(departure: Departure): void {
  if (inThisTurn++ === 0) setImmediate(endTurn);
  waiting.push(departure);
}

function endTurn(): void {
  isBusy = inThisTurn > fewInATurn;
  inThisTurn = 0;
  const leaving = waiting;
  waiting = sent;
  sent = leaving;
  for (const departure of leaving) departure.depart();
  leaving.length = 0;
}
