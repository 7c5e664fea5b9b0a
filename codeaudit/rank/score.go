package rank

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"sallyport/codeaudit/signal"
)

// Tier is a stretch of the list. Tiers say how much care is planned, never that one is safe.
type Tier int

const (
	First  Tier = 1 // read at once, by two people
	Second Tier = 2 // read early, by two people
	Third  Tier = 3 // read before the ordinary
	Fourth Tier = 4 // read
)

// Scores at which the tiers begin. A signal of weight 90 makes the first tier alone; lighter ones do by meeting others.
const (
	firstScore  = 85
	secondScore = 45
	thirdScore  = 20
)

// TierOf returns the tier of a score.
func TierOf(score float64) Tier {
	switch {
	case score >= firstScore:
		return First
	case score >= secondScore:
		return Second
	case score >= thirdScore:
		return Third
	}
	return Fourth
}

// Scored is a signal with what it counts here.
type Scored struct {
	signal.Signal
	Points  float64 `json:"points"`
	Because string  `json:"because"` // the product written out
}

const (
	// priorCommits is how many commits of an ordinary history the table's shares stand for: a history of two hundred commits
	// cannot say what is usual, one of forty thousand can.
	priorCommits = 2000
	// familyDecay: what several kinds of signal add to the strongest. Each further family counts two fifths of the one before,
	// so that many faint ones do not outweigh a clear one.
	familyDecay = 0.4
	// sameFamily is what a second signal of the same family adds: nearly nothing new.
	sameFamily = 0.05
	// freeLines is the size of a change up to which a signal counts fully. In a larger one a signal of the same kind is
	// likelier by accident.
	freeLines = 20
)

// usual counts in how many commits each signal fires.
type usual struct {
	commits int
	fired   map[string]int
}

func (u *usual) observe(signals []signal.Signal) {
	u.commits++
	seen := map[string]bool{}
	for _, s := range signals {
		if !seen[s.ID] && s.Strength >= 0.5 {
			seen[s.ID] = true
			u.fired[s.ID]++
		}
	}
}

// rarity is how much a signal counts in this history: less where it is everyday work (a shell starts programs), somewhat more
// where it never happens. Mechanisms with no honest everyday use keep at least three quarters.
func (u *usual) rarity(id string) float64 {
	entry := signal.Table[id]
	here := (float64(u.fired[id]) + priorCommits*entry.Usual) / float64(u.commits+priorCommits)
	factor := 1 - 0.16*math.Log2(here/entry.Usual)
	floor := 0.4
	if entry.Weight >= 70 {
		floor = 0.75
	}
	return min(1.15, max(floor, factor))
}

// focus lowers a score with the size of the change around it.
func focus(lines int) float64 {
	if lines <= freeLines {
		return 1
	}
	return max(0.55, 1-0.12*math.Log2(float64(lines)/freeLines))
}

// combine scores signals that belong together. It returns them strongest first.
func (u *usual) combine(signals []signal.Signal, lines int) (float64, []Scored) {
	scored := make([]Scored, 0, len(signals))
	size := focus(lines)
	for _, s := range signals {
		rare := u.rarity(s.ID)
		weight := signal.Table[s.ID].Weight
		shrink := size
		if weight >= 80 { // what nobody does by accident is as telling in a large change
			shrink = math.Sqrt(size)
		}
		points := weight * s.Strength * rare * shrink
		scored = append(scored, Scored{Signal: s, Points: round(points), Because: fmt.Sprintf("weight %.0f x clarity %.2f x rarity %.2f x size %.2f", weight, s.Strength, rare, shrink)})
	}
	slices.SortStableFunc(scored, func(a, b Scored) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), strings.Compare(a.ID, b.ID))
	})
	total, factor := 0.0, 1.0
	families := map[string]bool{}
	for _, s := range scored {
		family := s.Family()
		if families[family] {
			total += s.Points * sameFamily * factor
			continue
		}
		families[family] = true
		total += s.Points * factor
		factor *= familyDecay
	}
	return round(total), scored
}

func round(x float64) float64 { return math.Round(x*10) / 10 }
