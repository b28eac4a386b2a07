import type { TranslationOf } from '../translate.ts';

export const ru = {
  'login.title': 'Вход в рабочее место',
  'login.login': 'Логин',
  'login.password': 'Пароль',
  'login.submit': 'Войти',
  'login.demo': 'Демонстрация: войти одним нажатием',
  'login.demo.note': 'Эти учётные записи есть только на этом компьютере.',
  'login.ended': 'Сеанс закончился. Войдите снова.',
  'login.role.operator': 'оператор',
  'login.role.supervisor': 'супервизор',
  'login.role.admin': 'администратор',
} as const;

export const en: TranslationOf<typeof ru> = {
  'login.title': 'Log in to your desk',
  'login.login': 'Login',
  'login.password': 'Password',
  'login.submit': 'Log in',
  'login.demo': 'Demo: log in with one click',
  'login.demo.note': 'These logins exist on this computer only.',
  'login.ended': 'Your session has ended. Please log in again.',
  'login.role.operator': 'operator',
  'login.role.supervisor': 'supervisor',
  'login.role.admin': 'administrator',
};
