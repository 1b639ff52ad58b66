/**
 * To be imported before anything that takes time to load: until the gateway is ready and decides what SIGHUP does, the
 * signal would end the process.
 */
process.on('SIGHUP', () => undefined);
