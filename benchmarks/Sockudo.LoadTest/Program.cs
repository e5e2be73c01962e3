using Sockudo.LoadTest;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(LoadOptions.Usage);
    return 0;
}

try
{
    var result = new LoadRun(LoadOptions.Parse(args)).Execute();
    Console.WriteLine(result.ToJson());
    return result.IsComplete ? 0 : 1;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
