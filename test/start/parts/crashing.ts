/** A part that serves for a moment, then dies with a word. */
process.send?.({ beat: true });
console.error('cannot go on: the bottle is empty');
setTimeout(() => process.exit(3), 20);
