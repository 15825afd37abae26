using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Made-up rows in the Kaggle format, with ids nobody else uses.</summary>
internal sealed class ImportFile : IDisposable
{
    private static int lastId = 1_000_000;

    private ImportFile(string path, IReadOnlyList<string> sourceKeys) => (Path, SourceKeys) = (path, sourceKeys);

    public string Path { get; }

    public IReadOnlyList<string> SourceKeys { get; }

    public static ImportFile Write(string folder, Random random, int rows)
    {
        var last = Interlocked.Add(ref lastId, rows);
        var ids = Enumerable.Range(last - rows, rows).ToList();
        var path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"import-{last}.csv"));
        File.WriteAllLines(path, ids.Select(id => Row(id, random)).Prepend(
            "id,gender,age,hypertension,heart_disease,ever_married,work_type,Residence_type,avg_glucose_level,bmi,smoking_status,stroke"));
        return new ImportFile(path, [.. ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"kaggle:{id}"))]);
    }

    public void Dispose() => File.Delete(Path);

    private static string Row(int id, Random random) => string.Create(
        CultureInfo.InvariantCulture,
        $"{id},{(random.Next(2) == 0 ? "Male" : "Female")},{random.Next(1, 90)},{random.Next(2)},{random.Next(2)},Yes,Private,Urban,{random.Next(60, 250)}.5,{random.Next(18, 45)},smokes,0");
}
