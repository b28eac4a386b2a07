#!/bin/sh
# Starts Asterisk as the PBX, as the carrier or as a FreePBX-like PBX (ROLE), with the ports and secrets that the environment names.
set -eu
umask 027

settings='AMI_PORT AMI_SECRET ARI_PORT ARI_SECRET CARRIER_SIP_PORT FREEPBX_SIP_PORT PBX_SIP_PORT PHONE_SECRET RTP_FROM RTP_TO WEBSOCKET_PORT'

# @NAME@ in our configuration stands for the variable NAME; one that is not set, in a file that uses it, stops the start.
rm -rf /etc/asterisk/*.conf
# Asterisk complains about these when they are missing; their defaults are ours.
for name in acl ccss features pjproject queuerules stasis udptl websocket_client; do : > "/etc/asterisk/$name.conf"; done
for source in /opt/headset/common/*.conf /opt/headset/"$ROLE"/*.conf; do
  target=/etc/asterisk/$(basename "$source")
  cp "$source" "$target"
  for name in $settings; do
    grep -q "@$name@" "$target" || continue
    eval "value=\${$name:?is not set}"
    sed -i "s|@$name@|$value|g" "$target"
  done
done

# The administrator of the FreePBX has pasted our snippets: the very files that we hand out.
if [ "$ROLE" = freepbx ]; then
  cp /opt/headset/snippets/*.conf /etc/asterisk/
  cat /etc/asterisk/manager_custom.read-only.conf >> /etc/asterisk/manager_custom.conf
  sed -i "s|CHANGE-THIS-SECRET|$AMI_SECRET|" /etc/asterisk/manager_custom.conf
fi

# What Asterisk writes to the mounted folder must be readable to the person who started us: take that person's uid for its own.
# Root reads everything, and Asterisk shall not be root.
owner=$(stat -c %u /volume)
[ "$owner" = 0 ] || [ "$owner" = "$(id -u asterisk)" ] || usermod -o -u "$owner" asterisk
mkdir -p /run/asterisk /etc/asterisk/generated/pjsip.d /etc/asterisk/generated/queues.d
chown -R asterisk:asterisk /volume /etc/asterisk /run/asterisk /var/lib/asterisk /var/log/asterisk /var/spool/asterisk

if [ "$ROLE" = pbx ]; then
  bash /opt/headset/watch-generated.sh once
  bash /opt/headset/watch-generated.sh always &
elif [ "$ROLE" = carrier ]; then
  find /volume -name '*.wav' -mtime +0 -delete # yesterday's demo
fi

exec asterisk -f -n -U asterisk -G asterisk
