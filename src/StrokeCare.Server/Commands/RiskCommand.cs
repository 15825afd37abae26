using System.CommandLine;
using System.Text.Json;
using StrokeCare.Risk;

namespace StrokeCare.Server.Commands;

/// <summary>The demonstration model's two verbs. They need no stores.</summary>
internal static class RiskCommand
{
    private static readonly Argument<FileInfo> Csv = new Argument<FileInfo>("csv") { Description = "A labelled file in the format of the Kaggle Stroke Prediction Dataset" }.AcceptExistingOnly();
    private static readonly Option<FileInfo?> Out = new("--out") { Description = "Where to write the model; without it the model goes to standard output" };
    private static readonly Option<string> Id = new("--id") { Description = "The model's id", DefaultValueFactory = _ => TrainRisk.DefaultId };
    private static readonly Option<FileInfo?> Model = new Option<FileInfo?>("--model") { Description = "The model file to evaluate; without it the one that ships" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the evaluation as JSON" };

    public static Command Create()
    {
        var train = new Command("train", "Fit the demonstration model by maximum likelihood") { Csv, Out, Id };
        train.SetAction(TrainAsync);
        var evaluate = new Command("evaluate", "Print discrimination and calibration of a model on a labelled file") { Csv, Model, Json };
        evaluate.SetAction(Evaluate);
        return new Command("risk", "The demonstration model") { train, evaluate };
    }

    private static async Task<int> TrainAsync(ParseResult parse, CancellationToken ct)
    {
        await using var csv = parse.GetRequiredValue(Csv).OpenRead();
        var model = TrainRisk.Run(csv, parse.GetRequiredValue(Id));
        if (parse.GetValue(Out) is not { } file)
        {
            Console.Write(model.ToJson());
            return Exit.Done;
        }

        await File.WriteAllTextAsync(file.FullName, model.ToJson(), ct);
        Console.WriteLine($"{file.FullName}: {model.Id}, {model.Training.Rows} rows, {model.Training.Events} with stroke");
        return Exit.Done;
    }

    private static int Evaluate(ParseResult parse)
    {
        using var csv = parse.GetRequiredValue(Csv).OpenRead();
        var evaluation = EvaluateRisk.Run(csv, Chosen(parse.GetValue(Model)));
        Console.Write(parse.GetValue(Json) ? JsonSerializer.Serialize(evaluation, VerbOutput.Json) + "\n" : evaluation.ToText());
        return Exit.Done;
    }

    private static Core4Model Chosen(FileInfo? file)
    {
        if (file is null) return Core4Model.Shipped;
        using var json = file.OpenRead();
        return Core4Model.Load(json);
    }
}
