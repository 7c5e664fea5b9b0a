# The program that every action runs under: POSIX sh, no start-up file, nothing of bash.
#
# Arguments: marker, late stop and grace in seconds, directory ("" is HOME), private directory, number of shipped files
# [, their size and SHA-256 together, then name and size of each], then the words that env -i is to run.
# Standard input: a nonce line, the shipped bytes, the line RUN, and from then on the control line: any line, or its end, stops the action.
# Standard error: the action's own, and lines of ours: \002, the nonce, a space, a word, details. What is printed by
# someone who did not know the nonce cannot be taken for ours; the nonce is in no argument list and no environment.
#
# The action has a session of its own (setsid). When its first process ends, so does what is left of the session.
# Found by the marker in /proc/*/environ and named: what left the session. Not seen: a process that left the session and also
# cleared its environment or changed its user. Not defended: another process of the same login that debugs this one.
d= n=
say() { printf "\002%s %s\n" "$n" "$*" >&2; }
clean() { [ -z "$d" ] || rm -rf "$d"; }
die() { say "failed $*"; clean; exit 126; }
read -r n || exit 126
m=$1 late=$2 grace=$3 dir=$4 private=$5 files=$6
shift 6
in=/dev/null
if [ "$files" -gt 0 ]; then
  want=$1 sum=$2
  shift 2
  (umask 077; mkdir "$private") 2>/dev/null || die "cannot make the private directory $private: it exists, or /tmp is full or not writable"
  d=$private
  (umask 077; head -c "$want" >"$d/all") || die "cannot write to $d"
  got=$(sha256sum <"$d/all") || die "no sha256sum on this host"
  [ "${got%% *}" = "$sum" ] || die "bytes that arrived have digest ${got%% *}, want $sum"
  at=1
  while [ "$files" -gt 0 ]; do
    case $1 in */*) mkdir "$d/${1%/*}" && chmod 700 "$d/${1%/*}" ;; esac
    (umask 077; tail -c "+$at" "$d/all" | head -c "$2" >"$d/$1") && chmod 700 "$d/$1" || die "cannot write to $d"
    [ "$1" != stdin ] || in=$d/stdin
    at=$((at + $2)) files=$((files - 1))
    shift 2
  done
  rm -f "$d/all"
  say ready
fi
command -v setsid >/dev/null || die "no setsid on this host"
cd -- "${dir:-$HOME}" 2>/dev/null || die "cannot enter directory ${dir:-$HOME}"
read -r go && [ "$go" = RUN ] || die "told not to begin"
exec 3<&0 4>&1 5>&2 </dev/null
say begin

# found: sets pids to those that carry the marker or belong to the session $p. One grep over /proc: this is on everyone's way.
found() {
  pids=
  for f in $(grep -ls -e "SALLYPORT_ACTION=$m" -e ") [A-Y] [0-9]* [0-9]* $p " /proc/[0-9]*/environ /proc/[0-9]*/stat); do
    f=${f#/proc/} f=${f%%/*}
    case " $pids " in *" $f "*) ;; *) pids="$pids $f" ;; esac
  done
}
# session PID: 0 if the process is a live member of the session. The name may hold anything, so only what follows its last bracket counts.
session() {
  l=
  { while read -r x; do l=$x; done <"/proc/$1/stat"; } 2>/dev/null
  set -- ${l##*) }
  [ "${4-}" = "$p" ] && [ "$1" != Z ]
}
# inside: sets pids to the live members of the session.
inside() {
  found
  members=
  for q in $pids; do if session "$q"; then members="$members $q"; fi; done
  pids=$members
}
sweep() {
  kill -s "$1" -- "-$p"
  inside
  for q in $pids; do kill -s "$1" "$q"; done
} 2>/dev/null
nap() { sleep "$1" & k=$!; trap 'kill $k; exit' TERM; wait $k; trap - TERM; }
# stop: nearly always the group is all there is. Only where that did not end it the rest of the session is looked for: many that are stopped at once
# on one host would spend their time in /proc.
stop() { kill -s TERM -- "-$p"; nap 0.2; sweep TERM; nap "$grace"; sweep KILL; }
name() { printf "%s " "$1"; tr -c "[:print:]" " " <"/proc/$1/cmdline" | cut -c1-120; }

{
  setsid /bin/sh -c 'echo "$$" >&9; exec "$@" 2>&5 5>&- 9>&-' sallyport /usr/bin/env -i "HOME=$HOME" "$@" <"$in" >&4 3<&- 4>&-
  echo "$?" >&9
} 9>&1 2>/dev/null | {
  exec 4>&- 5>&-
  read -r p
  (read -r x <&3; stop) >/dev/null 2>&1 &
  r=$!
  (exec 3<&-; nap "$late"; stop) >/dev/null 2>&1 &
  w=$!
  read -r s
  kill $r $w 2>/dev/null
  if [ -r /proc/self/stat ] && command -v grep >/dev/null; then
    found
    if [ -n "$pids" ]; then
      before=$(for q in $pids; do name "$q"; done 2>/dev/null)
      sweep TERM
      i=0
      while inside; [ -n "$pids" ] && [ $i -lt 30 ]; do
        [ $i -ne 20 ] || sweep KILL
        sleep 0.1
        i=$((i + 1))
      done
      found
      echo "$before" | while read -r q what; do
        case " $pids " in *" $q "*) say "survived $q $what" ;; *) say "ended $q $what" ;; esac
      done
    fi
  else
    kill -s KILL -- "-$p" 2>/dev/null
    say "unseen no /proc or no grep on this host"
  fi
  clean
  [ -n "$s" ] || { say lost; exit 125; }
  say "exit $s"
  exit "$s"
}
