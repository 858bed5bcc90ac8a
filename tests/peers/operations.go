// What operations cost in Go, with and without -race: name and nanoseconds.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const times = 2000000

var cell uint64

//go:noinline
func get() uint64 { return cell }

//go:noinline
func set(value uint64) { cell = value }

func measure(name string, times int, operation func(int)) {
	start := time.Now()
	operation(times)
	fmt.Printf("%s %.3f\n", name, float64(time.Since(start).Nanoseconds())/float64(times))
}

func main() {
	measure("set", times, func(times int) {
		for i := 0; i < times; i++ {
			set(1)
		}
	})
	measure("get", times, func(times int) {
		for i := 0; i < times; i++ {
			if get() != 1 {
				panic("expected 1")
			}
		}
	})
	measure("mutex", times, func(times int) {
		var mutex sync.Mutex
		for i := 0; i < times; i++ {
			mutex.Lock()
			mutex.Unlock()
		}
	})
	measure("rwlock-read", times, func(times int) {
		var lock sync.RWMutex
		for i := 0; i < times; i++ {
			lock.RLock()
			lock.RUnlock()
		}
	})
	measure("atomic-add", times, func(times int) {
		var counter uint64
		for i := 0; i < times; i++ {
			atomic.AddUint64(&counter, 1)
		}
	})
	measure("channel-round-trip", times/20, func(times int) {
		ask, answer := make(chan int), make(chan int)
		go func() {
			for question := range ask {
				answer <- question
			}
		}()
		for i := 0; i < times; i++ {
			ask <- i
			if <-answer != i {
				panic("expected the question")
			}
		}
		close(ask)
	})
	measure("spawn-join", times/20, func(times int) {
		for i := 0; i < times; i++ {
			done := make(chan bool)
			go func() { done <- true }()
			<-done
		}
	})
}
