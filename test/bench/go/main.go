// Bench does the workloads of ../workloads with the Go libraries, and prints the same rows as JSON.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"time"
)

type row struct {
	Workload string         `json:"workload"`
	Unit     string         `json:"unit"`
	Values   map[string]any `json:"values"`
}

const (
	rounds   = 7
	warmUp   = 2
	families = 10
	calls    = 200_000
	hot      = 1024
)

var buckets = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25}
var labelNames = []string{"method", "route", "status", "instance", "zone"}

// Which series change between two scrapes: every step-th of the first share of them.
type change struct {
	name  string
	step  int
	share float64
}

var changes = []change{
	{"100 % changed", 1, 1},
	{"10 % changed", 10, 1},
	{"10 % changed, side by side", 1, 0.1},
	{"0 % changed", 1, 0},
}

// A library under test. What it cannot do is nil.
type peer interface {
	name() string
	// counters makes families of counters with these label sets and returns what adds to the i-th series.
	counters(sets [][]string) func(i int, amount float64)
	histograms(sets [][]string) func(i int, value float64)
	expose(zipped bool) int
	// The others make so many calls, each for the next one of the hot label sets.
	incLabels(sets [][]string) func(calls int)
	incHandle(sets [][]string) func(calls int)
	observeLabels(sets [][]string) func(calls int)
	observeHandle(sets [][]string) func(calls int)
}

func main() {
	quick := flag.Bool("quick", false, "whether to do less")
	flag.Parse()
	var rows []row
	sizes := []int{10_000, 100_000}
	children := 10_000
	if *quick {
		sizes, children = sizes[:1], 1000
	}
	for _, series := range sizes {
		what := fmt.Sprintf("%dk counters x 5 labels", series/1000)
		rows = append(rows, encode(what, func(p peer) func(int, change) {
			sets := labelSets(series / families)
			add := p.counters(sets)
			return func(round int, changed change) {
				each(series, changed, func(i int) { add(i, amount(i, round)) })
			}
		})...)
	}
	what := fmt.Sprintf("%dk histograms x %d buckets", children/1000, len(buckets))
	rows = append(rows, encode(what, func(p peer) func(int, change) {
		observe := p.histograms(labelSets(children))
		if observe == nil {
			return nil
		}
		return func(round int, changed change) {
			each(children, changed, func(i int) { observe(i, float64(noiseOf(i, round)%300)/10) })
		}
	})...)
	sets := labelSets(hot)
	rows = append(rows,
		perCall("inc() with a 5-label object", func(p peer) func(int) { return p.incLabels(sets) }),
		perCall("inc() on a handle", func(p peer) func(int) { return p.incHandle(sets) }),
		perCall("observe() with a 5-label object", func(p peer) func(int) { return p.observeLabels(sets) }),
		perCall("observe() on a handle", func(p peer) func(int) { return p.observeHandle(sets) }),
	)
	created := 100_000
	if *quick {
		created = 10_000
	}
	rows = append(rows, creation(created), footprint(created))
	json.NewEncoder(os.Stdout).Encode(rows)
}

func peers() []peer {
	return []peer{newClient(), newVictoria()}
}

func encode(what string, fill func(peer) func(int, change)) []row {
	var rows []row
	all := peers()
	fillers := make([]func(int, change), len(all))
	for i, p := range all {
		if fillers[i] = fill(p); fillers[i] != nil {
			fillers[i](0, changes[0])
		}
	}
	for _, changed := range changes {
		for _, zipped := range []bool{false, true} {
			verb, unable := "encode", "has buckets of its own kind only"
			if zipped {
				verb = "gzip"
			}
			values := map[string]any{}
			times := make([][]float64, len(all))
			for round := range warmUp + rounds {
				for i, p := range all {
					if fillers[i] == nil {
						continue
					}
					fillers[i](round+1, changed)
					start := time.Now()
					p.expose(zipped)
					if round >= warmUp {
						times[i] = append(times[i], ms(time.Since(start)))
					}
				}
			}
			for i, p := range all {
				if fillers[i] == nil {
					values[p.name()] = unable
				} else {
					values[p.name()] = median(times[i])
				}
			}
			rows = append(rows, row{fmt.Sprintf("%s %s, %s", verb, what, changed.name), "ms", values})
		}
	}
	return rows
}

func perCall(what string, prepare func(peer) func(int)) row {
	values := map[string]any{}
	for _, p := range peers() {
		loop := prepare(p)
		var times []float64
		for round := range warmUp + rounds {
			start := time.Now()
			loop(calls)
			if round >= warmUp {
				times = append(times, float64(time.Since(start).Nanoseconds())/calls)
			}
		}
		values[p.name()] = median(times)
	}
	return row{what, "ns", values}
}

func creation(series int) row {
	values := map[string]any{}
	sets := labelSets(series / families)
	names := peers()
	for which := range names {
		var times []float64
		for round := range warmUp + rounds {
			p := peers()[which]
			start := time.Now()
			p.counters(sets)
			if round >= warmUp {
				times = append(times, ms(time.Since(start)))
			}
		}
		values[names[which].name()] = median(times)
	}
	return row{fmt.Sprintf("create %dk series", series/1000), "ms", values}
}

func footprint(series int) row {
	values := map[string]any{}
	sets := labelSets(series / families)
	for which := range peers() {
		p := peers()[which]
		before := heap()
		add := p.counters(sets)
		values[p.name()] = float64(heap()-before) / float64(series)
		add(0, 1)
		runtime.KeepAlive(p)
	}
	return row{"heap per series", "bytes", values}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func labelSets(count int) [][]string {
	methods := []string{"GET", "POST", "PUT", "DELETE"}
	sets := make([][]string, count)
	for i := range sets {
		sets[i] = []string{
			methods[i%4],
			"/api/v1/resource/" + strconv.Itoa(i/4%50),
			strconv.Itoa(200 + i/200%5),
			fmt.Sprintf("host-%d.example.org:9100", i/1000%10),
			"zone-" + strconv.Itoa(i/10_000),
		}
	}
	return sets
}

func amount(i, round int) float64 {
	noise := noiseOf(i, round)
	if i%5 == 0 {
		return float64(noise) / 12_345.678
	}
	return float64(noise%100_000 + 1)
}

// noiseOf is a number of 32 bits without a pattern, the same in every run and in TypeScript.
func noiseOf(i, round int) uint32 {
	noise := uint32(i)*0x9e3779b1 ^ uint32(round+1)*0x85ebca6b
	noise = (noise ^ noise>>15) * 0x2c1b3c6d
	noise = (noise ^ noise>>12) * 0x297a2d39
	return noise ^ noise>>15
}

func each(count int, changed change, run func(int)) {
	for i := 0; i < int(float64(count)*changed.share); i += changed.step {
		run(i)
	}
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

func median(numbers []float64) float64 {
	sort.Float64s(numbers)
	return numbers[len(numbers)/2]
}
