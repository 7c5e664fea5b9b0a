package evidence

import "sallyport"

// maxNamed bounds the sessions that an export's entry names; a filter with more is asked about as if it named none.
const maxNamed = 200

// Entry is what an export with this filter writes into the ledger, and what policy is asked about, before anything is read.
func (f *Filter) Entry() *sallyport.ExportMade {
	e := &sallyport.ExportMade{What: f.String()}
	if len(f.Sessions)+len(f.Systems) > maxNamed {
		return e
	}
	for _, s := range f.Systems {
		e.Systems = append(e.Systems, sallyport.SystemID(s))
	}
	for _, s := range f.Sessions {
		e.Sessions = append(e.Sessions, sallyport.SessionID(s))
	}
	return e
}
