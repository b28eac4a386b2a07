/** A desktop notification of an incoming call, for when the tab is hidden; a click brings the tab to the front. */
export function notifyOfCall(title: string): () => void {
  if (Notification.permission !== 'granted') return () => undefined;
  // The tag replaces an older one instead of piling them up.
  const notification = new Notification(title, { tag: 'headset-call', requireInteraction: true });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  return () => notification.close();
}
