package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/VictoriaMetrics/metrics"
)

// victoria is VictoriaMetrics' client. Its names carry the labels, and its histograms have buckets of their own kind.
type victoria struct {
	set *metrics.Set
}

func newVictoria() peer { return &victoria{metrics.NewSet()} }

func (v *victoria) name() string { return "VictoriaMetrics" }

func (v *victoria) counters(sets [][]string) func(int, float64) {
	var handles []*metrics.FloatCounter
	for family := range families {
		for _, set := range sets {
			handles = append(handles, v.set.NewFloatCounter(labelled(fmt.Sprintf("bench_requests_%d_total", family), set)))
		}
	}
	return func(i int, amount float64) { handles[i].Add(amount) }
}

func (v *victoria) histograms([][]string) func(int, float64) { return nil }

func (v *victoria) expose(zipped bool) int {
	if !zipped {
		var out bytes.Buffer
		v.set.WritePrometheus(&out)
		return out.Len()
	}
	counter := &counting{}
	zip := gzip.NewWriter(io.Writer(counter))
	v.set.WritePrometheus(zip)
	zip.Close()
	return counter.bytes
}

func (v *victoria) incLabels(sets [][]string) func(int) {
	return func(calls int) {
		for i := range calls {
			v.set.GetOrCreateCounter(labelled("hot_total", sets[i%hot])).Inc()
		}
	}
}

func (v *victoria) incHandle(sets [][]string) func(int) {
	var handles []*metrics.Counter
	for _, set := range sets {
		handles = append(handles, v.set.NewCounter(labelled("hot_handle_total", set)))
	}
	return func(calls int) {
		for i := range calls {
			handles[i%hot].Inc()
		}
	}
}

func (v *victoria) observeLabels(sets [][]string) func(int) {
	return func(calls int) {
		for i := range calls {
			v.set.GetOrCreateHistogram(labelled("hot_seconds", sets[i%hot])).Update(float64(i % 32))
		}
	}
}

func (v *victoria) observeHandle(sets [][]string) func(int) {
	var handles []*metrics.Histogram
	for _, set := range sets {
		handles = append(handles, v.set.NewHistogram(labelled("hot_handle_seconds", set)))
	}
	return func(calls int) {
		for i := range calls {
			handles[i%hot].Update(float64(i % 32))
		}
	}
}

func labelled(name string, set []string) string {
	return fmt.Sprintf(`%s{method=%q,route=%q,status=%q,instance=%q,zone=%q}`, name, set[0], set[1], set[2], set[3], set[4])
}
