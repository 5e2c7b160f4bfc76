package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"google.golang.org/protobuf/encoding/protojson"
)

type read struct {
	// As protobuf's own JSON: numbers of 64 bits and doubles that are no numbers are text.
	Families []json.RawMessage `json:"families"`
	Errors   []string          `json:"errors"`
}

type linted struct {
	Problems []problem `json:"problems"`
	Errors   []string  `json:"errors"`
}

type problem struct {
	Metric string `json:"metric"`
	Text   string `json:"text"`
}

// families reads with the library that promtool, the Pushgateway and promlint use.
func families(body []byte, o options) read {
	result := read{Families: []json.RawMessage{}, Errors: []string{}}
	found, err := decode(body, o)
	if err != nil {
		result.Errors = append(result.Errors, err.Error())
	}
	for _, family := range found {
		text, err := protojson.Marshal(family)
		if err != nil {
			result.Errors = append(result.Errors, err.Error())
			continue
		}
		result.Families = append(result.Families, text)
	}
	return result
}

func lint(body []byte, o options) linted {
	result := linted{Problems: []problem{}, Errors: []string{}}
	found, err := decode(body, o)
	if err != nil {
		result.Errors = append(result.Errors, err.Error())
		return result
	}
	problems, err := promlint.NewWithMetricFamilies(found).Lint()
	if err != nil {
		result.Errors = append(result.Errors, err.Error())
	}
	for _, found := range problems {
		result.Problems = append(result.Problems, problem{found.Metric, found.Text})
	}
	return result
}

func decode(body []byte, o options) ([]*dto.MetricFamily, error) {
	decoder := expfmt.NewDecoder(bytes.NewReader(body), expfmt.Format(o.contentType))
	var found []*dto.MetricFamily
	for {
		family := &dto.MetricFamily{}
		if err := decoder.Decode(family); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return found, err
		}
		found = append(found, family)
	}
}
