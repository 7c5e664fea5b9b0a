package evidence

import (
	"reflect"

	"sallyport"
)

// Class says what a blob holds, for whoever decides what is left out of a bundle.
type Class string

const (
	Rules      Class = "rules"      // policies and country lists: never left out
	Texts      Class = "texts"      // proposals, words, assessments, purposes
	Outputs    Class = "outputs"    // what was released to the engineer
	Recordings Class = "recordings" // everything that was recorded, encrypted
	Personal   Class = "personal"   // facts and details of people, network addresses
)

// Classes that may be left out of a bundle.
var Classes = []Class{Texts, Outputs, Recordings, Personal}

// Ref is a blob that an entry refers to.
type Ref struct {
	Field string // name of the field of the body
	Class Class
	sallyport.BlobRef
}

var (
	refType    = reflect.TypeFor[sallyport.BlobRef]()
	refPtrType = reflect.TypeFor[*sallyport.BlobRef]()
)

// Refs lists the blobs of a body.
func Refs(body sallyport.Body) []Ref {
	var out []Ref
	v := reflect.Indirect(reflect.ValueOf(body))
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case f.Type() == refType:
			out = append(out, Ref{name, classOf(body), f.Interface().(sallyport.BlobRef)})
		case f.Type() == refPtrType && !f.IsNil():
			out = append(out, Ref{name, classOf(body), *f.Interface().(*sallyport.BlobRef)})
		}
	}
	return out
}

func classOf(body sallyport.Body) Class {
	switch body.(type) {
	case *sallyport.PolicySet, *sallyport.ListSet, *sallyport.NetworksSet:
		return Rules
	case *sallyport.OutputReleased:
		return Outputs
	case *sallyport.RecordingChunk:
		return Recordings
	case *sallyport.PersonAdded, *sallyport.PersonChanged, *sallyport.FactRecorded, *sallyport.SignedIn, *sallyport.SessionRequested:
		return Personal
	}
	return Texts
}
