package main

import (
	"bufio"
	gogzip "compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// decompress undoes a Content-Encoding: "gzip" and "zstd" with the readers that Prometheus uses, "go-gzip" with Go's own.
func decompress(body io.Reader, o options) ([]byte, error) {
	// A ByteReader, without which the readers look beyond the end of the member.
	buffered := bufio.NewReader(body)
	var reader io.Reader
	switch o.reader {
	case "go-gzip":
		unzip, err := gogzip.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		unzip.Multistream(!o.single)
		reader = unzip
	case "gzip":
		unzip, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		unzip.Multistream(!o.single)
		reader = unzip
	case "zstd":
		// What Prometheus allows, and what RFC 9659 lets senders expect.
		decoder, err := zstd.NewReader(buffered, zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, err
		}
		defer decoder.Close()
		reader = decoder
	default:
		return nil, fmt.Errorf("no such reader: %s", o.reader)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	if _, err := buffered.ReadByte(); o.single && err == nil {
		return nil, errors.New("something follows the first gzip member")
	}
	return text, nil
}
