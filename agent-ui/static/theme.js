// Runs before the first paint, so that a chosen theme does not flash. Without a choice the system's theme holds.
try {
  const theme = JSON.parse(localStorage.getItem('headset.preferences') || '{}').theme;
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A broken or forbidden store only means the system's theme.
}
