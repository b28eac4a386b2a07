/** The logins of the demo base, as a start prints them. */
export const demoLogins = [
  { login: 'olga', password: 'headset', what: 'operator' },
  { login: 'pavel', password: 'headset', what: 'operator' },
  { login: 'svetlana', password: 'headset', what: 'supervisor' },
  { login: 'admin', password: 'headset', what: 'administrator' },
] as const;
