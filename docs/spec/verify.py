#!/usr/bin/env python3
"""Independent verifier of Sallyport evidence: Python 3.8 or later, its standard library, and openssl or ssh-keygen for signatures.

Usage: verify.py [--key KEY|FILE] [--witness KEY|FILE]... [--kept FILE]... [--json] BUNDLE.zip|DIR

DIR is the state folder of a server, or the folder that a bundle was unpacked into.

It is written from docs/spec alone and shares no code with sallyport-verify. It checks: the signature of the checkpoint, the
tree over all entries and every tile, cosignatures, kept checkpoints and receipts, the form of entries, the chain of every session,
clocks, contents by digest, the binding of every approval, and people's signatures by SSH keys and passkeys. It does not evaluate policies, render
actions or open recordings: that is said in its output. Exit status: 0 good, 1 wrong, 2 something could not be checked, 66 no evidence.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zipfile

MAX_ENTRY, WIDTH, SALT = 65535, 256, 32
KNOWN = re.compile(r'^(manifest\.json|README\.txt|withheld\.jsonl|verify\.py|keys/(log|witnesses)\.vkey|keys/recordings/[^/]+|'
                   r'log/.+|blobs/.+)$')


class Stop(Exception):
    """There is nothing to verify."""


# --- where evidence lies ---------------------------------------------------------------------------------------------------------

class Files:
    """A bundle, packed or unpacked, or a state folder: read(name) gives bytes or None."""

    def __init__(self, path):
        self.zip = None
        self.root = path
        self.log = 'tiles/'
        if os.path.isdir(path):
            has = [os.path.exists(os.path.join(path, n)) for n in ('tiles/checkpoint', 'manifest.json', 'log/checkpoint')]
            if has == [False, True, True]:
                self.log = 'log/'
            return
        self.log = 'log/'
        try:
            self.zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as e:
            raise Stop('not a bundle: %s' % e)
        names = [i.filename for i in self.zip.infolist()]
        if len(set(names)) != len(names):
            raise Stop('the bundle has two files of one name')
        for n in names:
            if n.startswith('/') or '\\' in n or any(p in ('', '.', '..') for p in n.split('/')) or not KNOWN.match(n):
                raise Stop('the bundle has a file named %r' % n)

    def read(self, name, limit=256 * (2 + MAX_ENTRY)):
        try:
            f = self.zip.open(name) if self.zip else open(os.path.join(self.root, name), 'rb')
            with f:
                b = f.read(limit + 1)
        except (KeyError, FileNotFoundError, NotADirectoryError):
            return None
        except Exception as e:  # a damaged archive fails in many ways; each is a finding
            raise Bad('%s cannot be read: %s' % (name, e))
        if len(b) > limit:
            raise Bad('%s is longer than %d bytes' % (name, limit))
        return b


class Bad(Exception):
    """A finding: something is wrong."""


# --- tree: RFC 6962 --------------------------------------------------------------------------------------------------------------

def sha(b):
    return hashlib.sha256(b).digest()


def leaf(entry):
    return sha(b'\0' + entry)


def node(a, b):
    return sha(b'\1' + a + b)


class Tree:
    def __init__(self):
        self.size, self.edge = 0, {}

    def add(self, h):
        """Adds a leaf and gives the hashes it completes, leaf first."""
        done, level = [h], 0
        while self.size >> level & 1:
            h = node(self.edge.pop(level), h)
            done.append(h)
            level += 1
        self.edge[level] = h
        self.size += 1
        return done

    def root(self):
        if not self.size:
            return sha(b'')
        h = None
        for level in sorted(self.edge):
            h = self.edge[level] if h is None else node(self.edge[level], h)
        return h


def check_inclusion(index, size, h, proof, root):
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn = index, size - 1
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            h = node(p, h)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            h = node(h, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and h == root


# --- signed notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature -------------------------------------------------------------

class Key:
    def __init__(self, vkey, algorithm):
        m = re.match(r'^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$', vkey.strip())
        if not m:
            raise Stop('key %r is not name+hash+base64' % vkey)
        self.name, key = m.group(1), base64.b64decode(m.group(3))
        self.id = sha(self.name.encode() + b'\n' + key)[:4]
        if len(key) != 33 or key[0] != algorithm or self.id.hex() != m.group(2):
            raise Stop('key of %r is damaged, or not of type %d' % (self.name, algorithm))
        self.algorithm, self.public = algorithm, key[1:]

    def verify(self, text, sig):
        if self.algorithm == 4:
            if len(sig) != 72:
                return False
            text = b'cosignature/v1\ntime %d\n' % struct.unpack('>Q', sig[:8])[0] + text
            sig = sig[8:]
        return len(sig) == 64 and ed25519(self.public, text, sig)


def ed25519(public, message, sig):
    """Verifies with openssl: the key in the form of RFC 8410."""
    der = bytes.fromhex('302a300506032b6570032100') + public
    with tempfile.TemporaryDirectory() as d:
        for name, b in (('k', der), ('m', message), ('s', sig)):
            with open(os.path.join(d, name), 'wb') as f:
                f.write(b)
        p = subprocess.run(['openssl', 'pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', d + '/k', '-rawin', '-in', d + '/m', '-sigfile', d + '/s'],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return p.returncode == 0


def parse_note(signed):
    """Gives the text and [(name, id, signature)]."""
    try:
        s = signed.decode()
    except UnicodeDecodeError:
        raise Bad('a checkpoint is not UTF-8')
    text, sep, rest = s.rpartition('\n\n')
    if not sep or not rest.endswith('\n'):
        raise Bad('a checkpoint has no signature')
    sigs = []
    for line in rest[:-1].split('\n'):
        m = re.match(r'^\u2014 (\S+) ([A-Za-z0-9+/]+=*)$', line)
        if not m:
            raise Bad('a checkpoint has the signature line %r' % line)
        b = base64.b64decode(m.group(2))
        sigs.append((m.group(1), b[:4], b[4:]))
    return text + '\n', sigs


def open_checkpoint(signed, log, witnesses=()):
    """Gives origin, size, root, and the names of the witnesses whose cosignature verifies."""
    text, sigs = parse_note(signed)
    lines = text.split('\n')
    if len(lines) != 4 or not re.match(r'^(0|[1-9][0-9]{0,17})$', lines[1]):
        raise Bad('a checkpoint has the text %r' % text)
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32 or base64.b64encode(root).decode() != lines[2]:
        raise Bad('a checkpoint has the root %r' % lines[2])
    if lines[0] != log.name:
        raise Bad('the checkpoint is of log %r, the key of %r' % (lines[0], log.name))

    def signed_by(key):
        mine = [s for n, i, s in sigs if n == key.name and i == key.id]
        return bool(mine) and all(key.verify(text.encode(), s) for s in mine)
    if not signed_by(log):
        raise Bad('the checkpoint does not carry the signature of %s' % log.name)
    return lines[0], int(lines[1]), root, [w.name for w in witnesses if signed_by(w)]


# --- entries -----------------------------------------------------------------------------------------------------------------------

ENVELOPE = ['v', 'kind', 'time', 'by', 'session', 'seq', 'prev', 'body']
TIME = re.compile(r'^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,8}[1-9]|[1-9]))?Z$')


def no_twins(pairs):
    d = dict(pairs)
    if len(d) != len(pairs):
        raise Bad('a key stands twice')
    return d


def canonical(v):
    """The one JSON form of docs/spec/entry.md: no spaces, keys as they stand, text as it is but for what JSON must escape."""
    s = json.dumps(v, ensure_ascii=False, separators=(',', ':'))
    return s.replace('\u2028', '\\u2028').replace('\u2029', '\\u2029')


def parse_entry(raw):
    if len(raw) > MAX_ENTRY:
        raise Bad('it is %d bytes' % len(raw))
    try:
        text = raw.decode()
        e = json.loads(text, object_pairs_hook=no_twins)
    except (UnicodeDecodeError, ValueError, RecursionError) as err:
        raise Bad('it is no JSON: %s' % err)
    if not isinstance(e, dict) or [k for k in ENVELOPE if k in e] != list(e) or any(k not in e for k in ('v', 'kind', 'time', 'by', 'body')):
        raise Bad('its keys are not those of an entry, in order')
    if e['v'] != 1 or type(e['v']) is not int or not isinstance(e['kind'], str) or not isinstance(e['by'], str) or not isinstance(e['body'], dict):
        raise Bad('it is not an entry of version 1')
    if not isinstance(e['time'], str) or not TIME.match(e['time']):
        raise Bad('its time %r is not RFC 3339 in UTC' % e['time'])
    for k, empty in (('session', ''), ('seq', 0), ('prev', '')):
        if k in e and (type(e[k]) is not type(empty) or e[k] == empty):
            raise Bad('its %s is %r' % (k, e[k]))
    if canonical(e) != text:
        raise Bad('it is not in canonical form')
    return e


def when(s):
    m = TIME.match(s)
    return m.group(1), (m.group(2) or '').ljust(9, '0')


def tagged(tag, *fields):
    h = hashlib.sha256()
    for f in (tag,) + fields:
        b = f.encode()
        h.update(struct.pack('>Q', len(b)) + b)
    return h.hexdigest()


def refs(body):
    """Blob references: objects with exactly a digest and a size, directly in a body."""
    for k, v in body.items():
        if isinstance(v, dict) and set(v) == {'digest', 'size'}:
            yield k, v['digest'], v['size']


# --- people's signatures: docs/spec/signatures.md ------------------------------------------------------------------------------------

SIG_TAG = 'sallyport/signature/v1'


def statement(e, runbooks):
    b, by = e['body'], e['by']
    if e['kind'] == 'action.proposed':
        return 'proposal', b.get('signature'), [by, e['session'], b['action'], b['spec']['digest'], b['target'], b.get('runbook', ''), b['expires']]
    if e['kind'] == 'action.decided':
        s = b['shown']
        return 'decision', b.get('signature'), [by, e['session'], b['action'], b['seat'], b['answer'], s['spec'], s.get('pins', ''), s['assessment'], s['opened'], b['policy'],
                                                b.get('binding', ''), b.get('expires', ''), (b.get('words') or {}).get('digest', '')]
    if e['kind'] == 'acceptance.signed':
        return 'acceptance', b.get('signature'), [by, b['acceptance'], b['system'], b.get('person', ''), b['rule'], b['until'], b['details']['digest']]
    if e['kind'] == 'runbook.signed':
        return 'runbook', b.get('signature'), [by, b['runbook'], b['system'], '\n'.join(b['targets'] or []), b['content'], b['until'], b['escort'], b['second']]
    if e['kind'] == 'runbook.seconded':
        return 'second', b.get('signature'), [by, b['runbook'], runbooks.get(b['runbook'], '')]
    if e['kind'] == 'key.offered':
        return 'key', b.get('signature'), [by, b['key'], b['public'], b['passkey']['credential'], b['passkey']['rpId'], b['passkey']['origin']]
    return None


def check_ssh(message, sig, public):
    armoured = '-----BEGIN SSH SIGNATURE-----\n' + '\n'.join(re.findall('.{1,70}', base64.b64encode(sig).decode())) + '\n-----END SSH SIGNATURE-----\n'
    with tempfile.TemporaryDirectory() as d:
        with open(d + '/allowed', 'w') as f:
            f.write('someone ' + public + '\n')
        with open(d + '/sig', 'w') as f:
            f.write(armoured)
        p = subprocess.run(['ssh-keygen', '-Y', 'verify', '-f', d + '/allowed', '-I', 'someone', '-n', 'sallyport', '-s', d + '/sig'], input=message,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return p.returncode == 0


def cbor(b):
    """A COSE key: a map of integers to integers and byte strings (RFC 8949, RFC 9053)."""
    def head(at):
        major, n = b[at] >> 5, b[at] & 31
        size = 1 << (n - 24) if 24 <= n <= 27 else 0
        if n > 27:
            raise Bad('a passkey is no COSE key')
        return major, int.from_bytes(b[at + 1:at + 1 + size], 'big') if size else n, at + 1 + size

    def item(at):
        major, n, at = head(at)
        if major == 2:
            return b[at:at + n], at + n
        if major > 1:
            raise Bad('a passkey is no COSE key')
        return (n if major == 0 else -1 - n), at

    major, n, at = head(0)
    out = {}
    for _ in range(n if major == 5 else 0):
        k, at = item(at)
        out[k], at = item(at)
    if at != len(b) or not out:
        raise Bad('a passkey is no COSE key')
    return out


def der(tag, *parts):
    b = b''.join(parts)
    n = bytes([len(b)]) if len(b) < 128 else bytes([0x80 | (len(b).bit_length() + 7) // 8]) + len(b).to_bytes((len(b).bit_length() + 7) // 8, 'big')
    return bytes([tag]) + n + b


def check_cose(cose, message, sig):
    k = cbor(cose)
    if (k.get(1), k.get(3), k.get(-1)) == (1, -8, 6):
        return ed25519(k[-2], message, sig)
    if (k.get(1), k.get(3), k.get(-1)) == (2, -7, 1):
        spki = der(0x30, bytes.fromhex('301306072a8648ce3d020106082a8648ce3d030107'), der(3, b'\0\4', k[-2], k[-3]))
    elif (k.get(1), k.get(3)) == (3, -257):
        number = lambda n: der(2, b'\0' + n if n[0] & 128 else n)
        spki = der(0x30, bytes.fromhex('300d06092a864886f70d0101010500'), der(3, b'\0', der(0x30, number(k[-1]), number(k[-2]))))
    else:
        raise Bad('a passkey of type %r, algorithm %r' % (k.get(1), k.get(3)))
    with tempfile.TemporaryDirectory() as d:
        pem = '-----BEGIN PUBLIC KEY-----\n' + base64.encodebytes(spki).decode() + '-----END PUBLIC KEY-----\n'
        for name, content in (('k', pem.encode()), ('s', sig), ('m', message)):
            with open(d + '/' + name, 'wb') as f:
                f.write(content)
        p = subprocess.run(['openssl', 'dgst', '-sha256', '-verify', d + '/k', '-signature', d + '/s', d + '/m'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return p.returncode == 0


def check_passkey(message, signed, public, site):
    """WebAuthn 7.2, the steps that concern a signature."""
    a = json.loads(base64.b64decode(signed['sig']))
    auth, client = base64.b64decode(a['authenticatorData']), base64.b64decode(a['clientDataJSON'])
    c = json.loads(client)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(message).digest()).decode().rstrip('=')
    return (c.get('type') == 'webauthn.get' and c.get('challenge') == challenge and c.get('origin') == site['origin'] and not c.get('crossOrigin') and
            'topOrigin' not in c and len(auth) >= 37 and auth[:32] == hashlib.sha256(site['rpId'].encode()).digest() and auth[32] & 5 == 5 and
            struct.unpack('>I', auth[33:37])[0] == signed.get('counter', 0) and
            check_cose(base64.b64decode(public), auth + hashlib.sha256(client).digest(), base64.b64decode(a['signature'])))


# --- the verification ------------------------------------------------------------------------------------------------------------------

class Verifier:
    def __init__(self, files, args):
        self.files, self.args = files, args
        self.wrong, self.unchecked, self.good = [], [], []
        self.clock, self.chains, self.ended = ('', ''), {}, set()
        self.actions, self.approvals, self.blobs, self.signed = {}, 0, 0, 0
        self.withheld, self.keys, self.offers, self.runbooks, self.seen = {}, {}, {}, {}, set()
        self.roots, self.revoked = {}, set()

    def must(self, ok, index, text):
        if not ok:
            self.wrong.append(('entry %d: ' % index if index is not None else '') + text)

    def bundle(self, n, size):
        width = min(WIDTH, size - n * WIDTH)
        b = self.files.read(self.files.log + tile('entries', n, width))
        full = False
        if b is None and width < WIDTH:
            b, full = self.files.read(self.files.log + tile('entries', n, WIDTH)), True
        if b is None:
            raise Bad('entries from %d on are missing' % (n * WIDTH))
        out, at = [], 0
        while at < len(b):
            size_ = struct.unpack('>H', b[at:at + 2])[0] if at + 2 <= len(b) else MAX_ENTRY + 1
            if at + 2 + size_ > len(b):
                raise Bad('bundle %d ends inside an entry' % n)
            out.append(b[at + 2:at + 2 + size_])
            at += 2 + size_
        if len(out) != (WIDTH if full else width):
            raise Bad('bundle %d holds %d entries' % (n, len(out)))
        return out[:width]

    def run(self):
        files = self.files
        signed = files.read(files.log + 'checkpoint', 65536)
        if signed is None:
            raise Stop('there is no checkpoint')
        key = self.args.key or self.key_inside(signed)
        log = Key(key, 1)
        witnesses = [Key(w, 4) for w in self.args.witness]
        try:
            origin, size, root, _ = open_checkpoint(signed, log)
        except Bad as e:
            self.wrong.append(str(e))
            text = parse_note(signed)[0].split('\n')
            origin, size, root = text[0], int(text[1]), base64.b64decode(text[2])
        self.roots.setdefault(size, []).append(('the checkpoint', root))
        if files.log == 'log/':
            self.manifest(origin, size)
        self.cosigned(log, witnesses, size)
        self.kept(log, size)
        tree, levels, counts = Tree(), {}, {}
        try:
            for n in range((size + WIDTH - 1) // WIDTH):
                for raw in self.bundle(n, size):
                    index = tree.size
                    for level, h in enumerate(tree.add(leaf(raw))):
                        if level % 8 == 0:
                            levels.setdefault(level // 8, []).append(h)
                            self.tile(levels, counts, level // 8, False)
                    for what, want in self.roots.get(tree.size, ()):
                        self.must(tree.root() == want, None, '%s says that %d entries have another root' % (what, tree.size))
                    try:
                        e = parse_entry(raw)
                        self.entry(index, e, raw)
                    except Bad as err:
                        self.must(False, index, str(err))
                    except (KeyError, TypeError, AttributeError, ValueError) as err:
                        self.must(False, index, 'its body is not what its kind has: %r' % err)
            for level in list(levels):
                self.tile(levels, counts, level, True)
        except Bad as err:
            self.wrong.append(str(err))
        self.good = ['%d entries of %s hash to the root' % (tree.size, origin), '%d sessions in unbroken chains, %d over' % (len(self.chains) + len(self.ended), len(self.ended)),
                     '%d approvals bind what was shown' % self.approvals, '%d contents are what the entries name' % self.blobs, '%d signatures of people' % self.signed]

    def key_inside(self, signed):
        size = int(signed.split(b'\n')[1])
        opened = parse_entry(self.bundle(0, size)[0])
        return opened['body']['key']

    def manifest(self, origin, size):
        try:
            m = json.loads(self.files.read('manifest.json') or b'')
            if m['v'] != 1 or m['origin'] != origin or m['size'] != size:
                self.wrong.append('the manifest is of another log')
            for line in (self.files.read('withheld.jsonl', 1 << 30) or b'').splitlines():
                w = json.loads(line)
                self.withheld[w['digest']] = w['reason']
        except (ValueError, KeyError, TypeError) as e:
            raise Stop('manifest.json or withheld.jsonl cannot be read: %s' % e)

    def cosigned(self, log, witnesses, size):
        if not witnesses:
            return
        signed = self.files.read(self.files.log + 'cosigned', 65536)
        if signed is None:
            self.wrong.append('no checkpoint is cosigned')
            return
        try:
            _, seen, root, names = open_checkpoint(signed, log, witnesses)
        except Bad as e:
            self.wrong.append('the cosigned checkpoint: %s' % e)
            return
        self.must(len(names) == len(witnesses), None, '%d of %d witnesses cosigned' % (len(names), len(witnesses)))
        self.must(seen <= size, None, 'witnesses saw %d entries, here are %d' % (seen, size))
        self.roots.setdefault(seen, []).append(('the cosigned checkpoint', root))

    def kept(self, log, size):
        for name in self.args.kept:
            with open(name, 'rb') as f:
                signed = f.read()
            try:
                if signed.startswith(b'c2sp.org/tlog-proof@v1\n'):
                    head, _, signed = signed.partition(b'\n\n')
                    lines = head.decode().split('\n')
                    entry, index = base64.b64decode(lines[1].split(' ')[1]), int(lines[2].split(' ')[1])
                    _, seen, root, _ = open_checkpoint(signed, log)
                    proof = [base64.b64decode(x) for x in lines[3:]]
                    self.must(check_inclusion(index, seen, leaf(entry), proof, root), None, '%s proves nothing' % name)
                else:
                    _, seen, root, _ = open_checkpoint(signed, log)
                self.must(seen <= size, None, 'you kept %s of %d entries, here are %d' % (name, seen, size))
                self.roots.setdefault(seen, []).append((name, root))
            except Bad as e:
                self.wrong.append('%s: %s' % (name, e))

    def tile(self, levels, counts, level, end):
        hashes, n = levels[level], counts.get(level, 0)
        if not hashes or not end and len(hashes) < WIDTH:
            return
        b = self.files.read(self.files.log + tile(level, n, len(hashes)))
        if b is None:
            b = (self.files.read(self.files.log + tile(level, n, WIDTH)) or b'')[:32 * len(hashes)]
        self.must(b == b''.join(hashes), None, 'tile %d/%d differs from the entries' % (level, n))
        levels[level], counts[level] = [], n + 1

    def entry(self, index, e, raw):
        b, kind = e['body'], e['kind']
        self.must((index == 0) == (kind == 'log.opened'), index, '%s stands here' % kind)
        self.must(when(e['time']) >= self.clock, index, 'its time is before the entry before it')
        self.clock = max(self.clock, when(e['time']))
        if 'session' in e:
            self.chain(index, e, raw)
        for field, digest, size in refs(b):
            self.blob(index, field, digest, size)
        self.act(index, e)
        self.signature(index, e)

    def chain(self, index, e, raw):
        s = e['session']
        self.must(s not in self.ended, index, 'session %s is over' % s)
        self.must((s not in self.chains) == (e['kind'] == 'session.requested'), index, 'session %s does not begin so' % s)
        seq, prev = self.chains.get(s, (0, ''))
        self.must((e.get('seq', 0), e.get('prev', '')) == (seq, prev), index, 'the chain of session %s is broken' % s)
        self.chains[s] = (e.get('seq', 0) + 1, hashlib.sha256(raw).hexdigest())
        if e['kind'] == 'session.ended':
            self.must(e['body']['count'] == self.chains[s][0], index, 'session %s ends after %d entries and says %r' % (s, self.chains[s][0], e['body']['count']))
        if e['kind'] in ('session.ended', 'session.refused'):
            self.chains.pop(s)
            self.ended.add(s)

    def blob(self, index, field, digest, size):
        if digest in self.seen:
            return
        self.seen.add(digest)
        if not re.match(r'^[0-9a-f]{64}$', digest):
            self.must(False, index, '%s names the blob %r' % (field, digest))
            return
        b = self.files.read('blobs/%s/%s' % (digest[:2], digest[2:]), SALT + (256 << 20))
        if b is None:
            self.unchecked.append('entry %d: %s is not here: %s' % (index, field, self.withheld.get(digest, 'nothing says why')))
            return
        self.must(hashlib.sha256(b).hexdigest() == digest and len(b) == SALT + size, index, '%s was changed' % field)
        self.blobs += 1

    def act(self, index, e):
        b, kind = e['body'], e['kind']
        if not kind.startswith('action.'):
            return
        if kind == 'action.proposed':
            self.must(b['action'] not in self.actions, index, 'action %s exists' % b['action'])
            self.actions[b['action']] = {'session': e['session'], 'spec': b['spec']['digest'], 'pins': '', 'assessment': '', 'approved': set(), 'state': 'proposed'}
            return
        a = self.actions.get(b['action'])
        if a is None:
            raise Bad('action %s was never proposed' % b['action'])
        if kind == 'action.resolved':
            a['pins'] = (b.get('pins') or {}).get('digest', '')
        elif kind == 'action.assessed':
            a['assessment'] = b['assessment']['digest']
        elif kind == 'action.decided':
            s = b['shown']
            self.must((s['spec'], s.get('pins', ''), s['assessment']) == (a['spec'], a['pins'], a['assessment']), index, 'what was shown is not the action')
            self.must(when(s['opened']) <= when(s['decided']) <= when(e['time']), index, 'it was decided before it was opened, or after it was recorded')
            if b['answer'] == 'approve':
                want = tagged('sallyport/approval/v1', b['action'], e['session'], a['spec'], a['pins'], a['assessment'], b['policy'], b['expires'])
                self.must(b['binding'] == want, index, 'the approval binds something else')
                self.approvals += 1
                a['approved'].add((b['binding'], b['expires']))
        elif kind == 'action.started':
            self.must(a['state'] == 'proposed', index, 'action %s starts again' % b['action'])
            live = {x for x, expires in a['approved'] if when(e['time']) < when(expires)}
            self.must(b.get('runbook') or (b['binding'] and set(b['binding']) <= live), index, 'it has no live approval')
            a['state'] = 'running'
        elif kind in ('action.finished', 'action.failed', 'action.interrupted'):
            self.must(a['state'] == 'running', index, 'action %s ends and was not running' % b['action'])
            a['state'] = 'over'

    def signature(self, index, e):
        b = e['body']
        if e['kind'] == 'key.enrolled':
            offer = self.offers.pop(b['key'], None)
            if b['form'] == 'webauthn' or 'passkey' in b:
                self.must(b['form'] == 'webauthn' and offer and (offer['person'], offer['public'], offer['passkey']) == (b['person'], b['public'], b.get('passkey')),
                          index, 'the passkey is not one that %s offered' % b['person'])
                self.must(e['by'] not in (b['person'], 'gateway'), index, '%s vouches for their own passkey' % e['by'])
            self.keys[b['key']] = dict(b, counter=offer['counter'] if offer else 0)
        elif e['kind'] == 'key.offered':
            self.offers[b['key']] = {'person': e['by'], 'public': b['public'], 'passkey': b['passkey'], 'counter': (b.get('signature') or {}).get('counter', 0)}
        elif e['kind'] == 'key.retired':
            self.keys.get(b['key'], {})['retired'] = True
        elif e['kind'] in ('revoked', 'restored') and b['what'] == 'key':
            (self.revoked.add if e['kind'] == 'revoked' else self.revoked.discard)(b['name'])
        elif e['kind'] == 'runbook.signed':
            self.runbooks[b['runbook']] = b['content']
        found = statement(e, self.runbooks)
        if not found or not found[1]:
            self.must(e['kind'] != 'key.offered', index, 'a passkey is offered without a signature by it')
            return
        act, signed, fields = found
        key = self.keys.get(signed['key'])
        if e['kind'] == 'key.offered':
            name = 'passkey-SHA256:' + base64.b64encode(hashlib.sha256(base64.b64decode(b['public'])).digest()).decode().rstrip('=')
            key = {'person': e['by'], 'use': ['sign'], 'form': 'webauthn', 'public': b['public'], 'passkey': b['passkey'], 'counter': -1}
            self.must(name == b['key'] == signed['key'], index, 'the passkey is not named by its public key')
        if not key or key.get('retired') or signed['key'] in self.revoked or key['person'] != e['by'] or 'sign' not in (key['use'] or []) or key.get('until') and when(e['time']) >= when(key['until']):
            self.must(False, index, 'it is signed with key %s, which is not a signing key of %s in force' % (signed['key'], e['by']))
            return
        message = ('%s\n%s\n%s\n' % (SIG_TAG, act, tagged(SIG_TAG + ' ' + act, *fields))).encode()
        counter, before = signed.get('counter', 0), key.get('counter', 0)
        self.must(counter > before or counter == before == 0, index, 'the counter of key %s goes back' % signed['key'])
        key['counter'] = counter
        if (signed['form'], key['form']) == ('sshsig', 'ssh'):
            good = counter == 0 and check_ssh(message, base64.b64decode(signed['sig']), key['public'])
        else:
            good = (signed['form'], key['form']) == ('webauthn', 'webauthn') and check_passkey(message, signed, key['public'], key['passkey'])
        self.must(good, index, 'the signature of %s does not verify' % e['by'])
        self.signed += 1


def tile(level, n, width):
    parts = ['%03d' % (n % 1000)]
    while n >= 1000:
        n //= 1000
        parts.insert(0, 'x%03d' % (n % 1000))
    return 'tile/%s/%s%s' % (level, '/'.join(parts), '' if width == WIDTH else '.p/%d' % width)


def text_or_file(s):
    if os.path.exists(s):
        with open(s) as f:
            return f.read().strip()
    return s


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--key', type=text_or_file)
    p.add_argument('--witness', type=text_or_file, action='append', default=[])
    p.add_argument('--kept', action='append', default=[])
    p.add_argument('--json', action='store_true')
    p.add_argument('evidence')
    args = p.parse_args()
    args.witness = [line for w in args.witness for line in w.split('\n') if line.strip()]
    try:
        v = Verifier(Files(args.evidence), args)
        v.run()
    except (Stop, Bad) as e:
        print('verify.py: %s' % e, file=sys.stderr)
        return 66
    result = 'wrong' if v.wrong else 'unchecked' if v.unchecked else 'good'
    if args.json:
        print(json.dumps({'result': result, 'wrong': v.wrong, 'unchecked': v.unchecked, 'good': v.good}, indent=1))
    else:
        for word, lines in (('GOOD', v.good), ('UNCHECKED', v.unchecked), ('WRONG', v.wrong)):
            for line in lines[:100]:
                print('%-10s %s' % (word, ascii(line)[1:-1]))
        print('NOT CHECKED HERE: policies, renderings, recordings, releases (sallyport-verify does)')
        print('RESULT     %s' % result)
    return {'good': 0, 'wrong': 1, 'unchecked': 2}[result]


if __name__ == '__main__':
    sys.exit(main())
