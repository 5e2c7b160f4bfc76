// Judge reads an exposition on standard input as Prometheus and its libraries read it, and prints what they saw as JSON.
//
//	judge scrape     -content-type T | -url U   what Prometheus' scrape loop stores of the exposition, or of a real target
//	                 [-protocols P,Q] [-scheme S] [-legacy-names] [-zstd]
//	                 [-native] [-classic] [-nhcb] [-skip-created]
//	judge families   -content-type T            what the stricter expfmt reads
//	judge lint       -content-type T            promlint's problems
//	judge escape     -scheme S                  names, JSON arrays both
//	judge decompress -reader go-gzip|gzip|zstd [-single]   the bytes, not JSON
//
// It ends with status 0 also when there is something wrong with the exposition: that is in "errors". Status 2 is for
// arguments that make no sense. A value is text, since JSON has neither NaN nor infinities.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

type options struct {
	contentType string
	url         string
	protocols   string
	scheme      string
	legacyNames bool
	zstd        bool
	native      bool
	classic     bool
	nhcb        bool
	skipCreated bool
	reader      string
	single      bool
}

func main() {
	if len(os.Args) < 2 {
		refuse("no mode given")
	}
	var o options
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	flags.StringVar(&o.contentType, "content-type", "", "the complete Content-Type of the exposition")
	flags.StringVar(&o.url, "url", "", "what to scrape instead of standard input")
	flags.StringVar(&o.protocols, "protocols", "", "the scrape_protocols of the job, separated by commas")
	flags.StringVar(&o.scheme, "scheme", "", "the escaping scheme of names")
	flags.BoolVar(&o.legacyNames, "legacy-names", false, "whether names must be legacy names")
	flags.BoolVar(&o.zstd, "zstd", false, "whether the feature zstd-scrape is on")
	flags.BoolVar(&o.native, "native", false, "whether native histograms are read")
	flags.BoolVar(&o.classic, "classic", false, "whether classic histograms are read beside native ones")
	flags.BoolVar(&o.nhcb, "nhcb", false, "whether classic histograms become native ones with custom buckets")
	flags.BoolVar(&o.skipCreated, "skip-created", false, "whether OpenMetrics' _created samples belong to their series")
	flags.StringVar(&o.reader, "reader", "gzip", "which decompressor to use")
	flags.BoolVar(&o.single, "single", false, "whether a gzip body must have one member only")
	flags.Parse(os.Args[2:])
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		refuse(err.Error())
	}
	switch os.Args[1] {
	case "scrape":
		result, err := scrapeOnce(body, o)
		if err != nil {
			refuse(err.Error())
		}
		show(result)
	case "families":
		show(families(body, o))
	case "lint":
		show(lint(body, o))
	case "escape":
		escaped, err := escape(body, o.scheme)
		if err != nil {
			refuse(err.Error())
		}
		show(escaped)
	case "decompress":
		text, err := decompress(bytes.NewReader(body), o)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Stdout.Write(text)
	default:
		refuse("no such mode: " + os.Args[1])
	}
}

func show(result any) {
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		refuse(err.Error())
	}
}

func refuse(why string) {
	fmt.Fprintln(os.Stderr, "judge:", why)
	os.Exit(2)
}
