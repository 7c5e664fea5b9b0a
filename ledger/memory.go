package ledger

import (
	"context"
	"slices"
	"sync"

	"sallyport"
)

// Memory is a Store that forgets everything at exit. For tests.
type Memory struct {
	mu         sync.RWMutex // protects the following
	rows       []Row
	checkpoint []byte
	about      map[Subject][]int64
	cosigned   map[int64][]byte
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{about: map[Subject][]int64{}, cosigned: map[int64][]byte{}}
}

func (m *Memory) Commit(_ context.Context, g *Group) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if g.First != int64(len(m.rows)) {
		return sallyport.Errorf(sallyport.Conflict, "group begins at %d, store has %d entries", g.First, len(m.rows))
	}
	for i, row := range g.Rows {
		for _, s := range row.Subjects {
			m.about[s] = append(m.about[s], g.First+int64(i))
		}
	}
	m.rows = append(m.rows, g.Rows...)
	m.checkpoint = g.Checkpoint
	return nil
}

func (m *Memory) Head(context.Context) (int64, []byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return int64(len(m.rows)), m.checkpoint, nil
}

func (m *Memory) Entries(_ context.Context, from, to int64) ([][]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out [][]byte
	for i := max(from, 0); i < min(to, int64(len(m.rows))); i++ {
		out = append(out, m.rows[i].Entry)
	}
	return out, nil
}

func (m *Memory) Hashes(_ context.Context, indexes []int64) ([]Hash, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]Hash, len(indexes))
	for i, index := range indexes {
		entry, level := RowOfHash(index)
		if entry >= int64(len(m.rows)) {
			return nil, sallyport.Errorf(sallyport.NotFound, "hash %d needs entry %d, store has %d", index, entry, len(m.rows))
		}
		out[i] = m.rows[entry].Hashes[level]
	}
	return out, nil
}

func (m *Memory) About(_ context.Context, s Subject, from int64, limit int) ([]int64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := m.about[s]
	start, _ := slices.BinarySearch(all, from)
	all = all[start:]
	return slices.Clone(all[:min(limit, len(all))]), nil
}

func (m *Memory) AddCosigned(_ context.Context, size int64, signed []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cosigned[size] = slices.Clone(signed)
	return nil
}

func (m *Memory) Cosigned(_ context.Context, from int64) (int64, []byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	best := int64(0)
	for size := range m.cosigned {
		if size >= from {
			best = max(best, size)
		}
	}
	return best, m.cosigned[best], nil
}
