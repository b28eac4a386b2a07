/** Passwords are argon2id hashes. Checking one for a login that nobody has takes as long as for one that somebody has. */
import { hash, verify } from '@node-rs/argon2';

/** Compared with when there is no such login. */
const nobody = hash('nobody has this password');

export async function passwordIsRight(passwordHash: string | null, password: string): Promise<boolean> {
  const right = await verify(passwordHash ?? (await nobody), password);
  return right && passwordHash !== null;
}
