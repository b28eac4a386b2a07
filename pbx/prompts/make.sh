#!/bin/sh
# Makes our sounds: speech by espeak-ng, a beep and music by sox; 8 kHz 16 bit mono. Usage: make.sh <Asterisk's folder of sounds>.
# Speech lies under each language, so that Playback(headset/closed) speaks the caller's.
set -eu
here=$(dirname "$0")
out=$1
mkdir -p "$out/headset/moh"

# Each line of prompts.<language>.txt: name, tab, text.
for language in ru en; do
  mkdir -p "$out/$language/headset"
  while IFS="$(printf '\t')" read -r name text; do
    espeak-ng -v "$language" -s 150 -w /tmp/speech.wav "$text"
    sox /tmp/speech.wav -r 8000 -c 1 -b 16 "$out/$language/headset/$name.wav" gain -n -6
  done < "$here/prompts.$language.txt"
done

# Music on hold: a soft chord, far from the 440 Hz of the carrier's callers and the 880 Hz of the browser's fake microphone.
sox -n -r 8000 -c 1 -b 16 "$out/headset/moh/chord.wav" \
  synth 8 sine 262 synth 8 sine mix 330 synth 8 sine mix 392 tremolo 0.5 60 gain -18

# The answering machine's beep.
sox -n -r 8000 -c 1 -b 16 "$out/headset/beep-1000.wav" synth 0.5 sine 1000 gain -12
rm -f /tmp/speech.wav
