using BenchmarkDotNet.Running;
using Sockudo.Benchmarks;

// dotnet run -c Release --project benchmarks/Sockudo.Benchmarks -- --filter '*Channel*' --job short
BenchmarkSwitcher.FromAssembly(typeof(FrameBenchmarks).Assembly).Run(args);
