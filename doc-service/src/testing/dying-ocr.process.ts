/** Reads no picture: it dies of each. Started by tests alone. */
process.on('message', () => process.abort());
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
