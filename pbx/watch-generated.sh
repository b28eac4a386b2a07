#!/bin/bash
# Brings what the bridge generates (/generated, mounted from the host) into Asterisk. The files are copied, because on the host they
# may be readable to root alone. Usage: watch-generated.sh once (before Asterisk starts) | always
umask 027
target=/etc/asterisk/generated

# Takes folder $1 over whole; true when anything in it has changed.
take_over() {
  local next
  next=$(mktemp -d "$target/.next.XXXXXX")
  find "/generated/$1" -maxdepth 1 -name '*.conf' -type f -exec cp {} "$next/" ';'
  chmod 750 "$next"
  chown -R asterisk:asterisk "$next"
  if diff -rq "$next" "$target/$1" >/dev/null; then
    rm -rf "$next"
    return 1
  fi
  rm -rf "${target:?}/$1"
  mv "$next" "$target/$1"
}

# The dialplan reads this one at each call: nothing to reload.
take_over_limits() {
  [ -f /generated/queue-limits.conf ] || return
  install -m 640 -o asterisk -g asterisk /generated/queue-limits.conf "$target/.queue-limits"
  mv "$target/.queue-limits" "$target/queue-limits.conf"
}

# Asterisk may still be starting.
tell_asterisk() {
  until asterisk -rx "$1" >/dev/null 2>&1; do sleep 0.2; done
}

take_over_limits
if [ "$1" = once ]; then
  take_over pjsip.d
  take_over queues.d
  exit 0
fi

# The first word comes when the watch stands: what changed before it is not missed.
{
  inotifywait --monitor --recursive --quiet --event moved_to --event moved_from --event delete /generated &
  sleep 0.3
  echo look
  wait
} | while read -r _; do
  while read -r -t 0.05 _; do :; done # several files are renamed in one go
  take_over_limits
  take_over pjsip.d && tell_asterisk 'module reload res_pjsip.so'
  take_over queues.d && tell_asterisk 'queue reload all'
done
