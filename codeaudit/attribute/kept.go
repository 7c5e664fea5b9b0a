package attribute

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"sallyport"
)

// Kept is a file of distilled records. Comparing is what costs time; with the records at hand a whole history is replayed in
// a second or two, so an interrupted pass goes on where it stopped and a day's new commits cost only themselves.
//
// The file is appended to in the order of the history. Each record has a length and a checksum before it; what an
// interrupted write left at the end is cut off when the file is opened. A nil Kept keeps nothing. One goroutine owns it.
type Kept struct {
	file  *os.File
	out   *bufio.Writer
	hash  int // bytes of an object name
	data  []byte
	index map[string]span // by commit's name
	paths []string
	ids   map[string]uint64
}

type span struct{ from, to int }

// maxRecord bounds one record in the file; a commit that touches a million paths stays below.
const maxRecord = 1 << 30

// OpenKept opens or makes the file. version names what made the records (git's version and the arguments); a file with
// another version is begun anew.
func OpenKept(path, version string, hashLen int) (*Kept, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	k := &Kept{hash: hashLen / 2, data: data, index: map[string]span{}, ids: map[string]uint64{}}
	head := fmt.Sprintf("sallyport distilled history 2 %d %s\n", hashLen, version)
	good := len(head)
	if len(data) < len(head) || string(data[:len(head)]) != head {
		k.data, good = nil, 0
	} else {
		good = k.scan(len(head))
	}
	if k.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := k.file.Truncate(int64(good)); err != nil {
		return nil, err
	}
	if _, err := k.file.Seek(int64(good), io.SeekStart); err != nil {
		return nil, err
	}
	k.out = bufio.NewWriterSize(k.file, 1<<20)
	if good == 0 {
		_, err = k.out.WriteString(head)
	}
	return k, err
}

// scan reads frames until one is not whole and returns where the good ones end.
func (k *Kept) scan(at int) int {
	for at < len(k.data) {
		size, n := binary.Uvarint(k.data[at:])
		if n <= 0 || size > maxRecord || at+n+4+int(size) > len(k.data) || int(size) < k.hash {
			return at
		}
		body := k.data[at+n+4 : at+n+4+int(size)]
		if binary.LittleEndian.Uint32(k.data[at+n:]) != crc32.ChecksumIEEE(body) {
			return at
		}
		d := decoder{data: body[k.hash:]}
		fresh := d.number()
		for range min(fresh, uint64(len(body))) {
			k.learn(d.text())
		}
		if d.bad {
			return at
		}
		end := at + n + 4 + int(size)
		k.index[string(body[:k.hash])] = span{end - len(d.data), end}
		at = end
	}
	return at
}

func (k *Kept) learn(path string) uint64 {
	id := uint64(len(k.paths))
	k.paths = append(k.paths, path)
	k.ids[path] = id
	return id
}

func (k *Kept) key(hash string) string {
	id := parseID(hash)
	return string(id[:k.hash])
}

func (k *Kept) has(hash string) bool {
	if k == nil {
		return false
	}
	_, ok := k.index[k.key(hash)]
	return ok
}

// Len is the number of records that were there when the file was opened.
func (k *Kept) Len() int { return len(k.index) }

func (k *Kept) get(hash string) (*Record, error) {
	s, ok := k.index[k.key(hash)]
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "commit %s is not distilled", hash)
	}
	d := decoder{data: k.data[s.from:s.to], paths: k.paths, hash: k.hash}
	r := d.record()
	if d.bad || len(d.data) > 0 {
		return nil, sallyport.Errorf(sallyport.Invalid, "the distilled record of commit %s cannot be read", hash).
			WithHint("remove the file and attribute again")
	}
	return r, nil
}

// add appends a record. It is not kept in memory.
func (k *Kept) add(hash string, r *Record) error {
	if k == nil || r.Failed { // what failed is tried again next time
		return nil
	}
	e := encoder{kept: k}
	e.record(r)
	body := append([]byte(k.key(hash)), binary.AppendUvarint(nil, uint64(len(e.fresh)))...)
	for _, p := range e.fresh {
		body = binary.AppendUvarint(body, uint64(len(p)))
		body = append(body, p...)
	}
	body = append(body, e.data...)
	frame := binary.AppendUvarint(nil, uint64(len(body)))
	frame = binary.LittleEndian.AppendUint32(frame, crc32.ChecksumIEEE(body))
	if _, err := k.out.Write(append(frame, body...)); err != nil {
		return err
	}
	return nil
}

func (k *Kept) flush() error {
	if k == nil {
		return nil
	}
	if err := k.out.Flush(); err != nil {
		return err
	}
	return k.file.Sync()
}

// Close writes what is pending, so that an interrupted pass keeps what it has.
func (k *Kept) Close() error {
	if k == nil {
		return nil
	}
	err := k.flush()
	if e := k.file.Close(); err == nil {
		err = e
	}
	return err
}
