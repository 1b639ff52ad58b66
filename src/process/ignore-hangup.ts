/**
 * Import before anything slow to load: until the gateway is ready and handles SIGHUP, the signal would end the
 * process.
 */
process.on('SIGHUP', () => undefined);
