package attribute

import "encoding/binary"

// The record's form in a Kept file: unsigned varints throughout, paths by number, object names whole.

type encoder struct {
	kept  *Kept
	data  []byte
	fresh []string // paths that get their number with this record
}

func (e *encoder) number(n uint64) { e.data = binary.AppendUvarint(e.data, n) }

func (e *encoder) path(p string) {
	id, ok := e.kept.ids[p]
	if !ok {
		id = e.kept.learn(p)
		e.fresh = append(e.fresh, p)
	}
	e.number(id)
}

func (e *encoder) id(id ID) { e.data = append(e.data, id[:e.kept.hash]...) }

func (e *encoder) record(r *Record) {
	e.number(uint64(len(r.Entries)))
	for i := range r.Entries {
		x := &r.Entries[i]
		e.data = append(e.data, x.Status, x.Opaque, bit(x.Fresh))
		e.path(x.Path)
		e.path(x.OldPath)
		e.number(uint64(x.OldMode))
		e.number(uint64(x.NewMode))
		e.id(x.OldBlob)
		e.id(x.NewBlob)
		e.number(uint64(len(x.Hunks)))
		for _, h := range x.Hunks {
			e.number(uint64(h.OldLine))
			e.number(uint64(h.OldN))
			e.number(uint64(h.NewLine))
			e.number(uint64(h.NewN))
		}
	}
	e.number(uint64(len(r.Combined)))
	for i := range r.Combined {
		c := &r.Combined[i]
		e.path(c.Path)
		e.number(uint64(c.NewMode))
		e.id(c.NewBlob)
		e.data = append(e.data, c.Opaque, bit(c.Deleted))
		e.number(uint64(len(c.Parents)))
		for _, s := range c.Parents {
			e.path(s.Path)
			e.id(s.Blob)
		}
		e.number(uint64(len(c.Segs)))
		for _, s := range c.Segs {
			e.number(uint64(s.Parent))
			e.number(uint64(s.Line))
			e.number(uint64(s.N))
		}
	}
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// decoder reads; the first thing that does not fit makes it bad, and everything after zero.
type decoder struct {
	data  []byte
	paths []string
	hash  int
	bad   bool
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.data)
	if size <= 0 {
		d.bad, d.data = true, nil
		return 0
	}
	d.data = d.data[size:]
	return n
}

func (d *decoder) short() uint32 {
	n := d.number()
	if n > 1<<32-1 {
		d.bad = true
	}
	return uint32(n)
}

// count reads a length; each of that many things takes at least one byte, so a larger one is bad.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.data)) {
		d.bad, d.data = true, nil
		return 0
	}
	return int(n)
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.data) {
		d.bad, d.data = true, nil
		return make([]byte, n)
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

func (d *decoder) text() string {
	n := d.count()
	return string(d.bytes(min(n, len(d.data))))
}

func (d *decoder) path() string {
	n := d.number()
	if n >= uint64(len(d.paths)) {
		d.bad = true
		return ""
	}
	return d.paths[n]
}

func (d *decoder) id() (id ID) {
	copy(id[:], d.bytes(d.hash))
	return id
}

func (d *decoder) record() *Record {
	r := &Record{}
	for n := d.count(); n > 0 && !d.bad; n-- {
		var x Entry
		b := d.bytes(3)
		x.Status, x.Opaque, x.Fresh = b[0], b[1], b[2] == 1
		x.Path, x.OldPath = d.path(), d.path()
		x.OldMode, x.NewMode = d.short(), d.short()
		x.OldBlob, x.NewBlob = d.id(), d.id()
		if m := d.count(); m > 0 {
			x.Hunks = make([]Hunk, m)
			for i := range x.Hunks {
				x.Hunks[i] = Hunk{d.short(), d.short(), d.short(), d.short()}
			}
		}
		r.Entries = append(r.Entries, x)
	}
	for n := d.count(); n > 0 && !d.bad; n-- {
		var c Combined
		c.Path, c.NewMode, c.NewBlob = d.path(), d.short(), d.id()
		b := d.bytes(2)
		c.Opaque, c.Deleted = b[0], b[1] == 1
		for m := d.count(); m > 0 && !d.bad; m-- {
			c.Parents = append(c.Parents, Side{d.path(), d.id()})
		}
		for m := d.count(); m > 0 && !d.bad; m-- {
			c.Segs = append(c.Segs, Seg{uint16(d.short()), d.short(), d.short()})
		}
		r.Combined = append(r.Combined, c)
	}
	return r
}
