/** A part as it should be: beats, stops on SIGTERM, ends when its supervisor is gone. */
setInterval(() => process.send?.({ beat: true }), 100);
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
console.log('part began');
