using System.Globalization;
using System.Text;

namespace StrokeCare.Tests.Risk;

/// <summary>
/// The files training is tested on: a generated one, and the public stroke file where it is at hand (<see cref="PublicData"/>).
/// Its licence is unclear, so it is not part of the repository.
/// </summary>
internal static class TrainingFile
{
    public const string Generated = "generated";
    public const string Public = "stroke-train.csv";

    /// <summary>What the generated outcomes were drawn with: intercept, age/10, hypertension, heart disease, (glucose - 100)/50.</summary>
    public static readonly double[] GeneratedWith = [-6, 0.6, 0.5, 0.8, 0.3];

    public static string? PublicPath { get; } = PublicData.Find(Public);

    public static Stream Open(string name) => name is Generated
        ? new MemoryStream(Encoding.UTF8.GetBytes(Generate(rows: 4000)))
        : File.OpenRead(PublicPath!);

    /// <summary>The same text on every run and machine; the columns training ignores are there, and in the public file's order.</summary>
    public static string Generate(int rows)
    {
        var random = new Random(20260102);
        var text = new StringBuilder("id,gender,age,hypertension,heart_disease,ever_married,work_type,Residence_type,avg_glucose_level,bmi,smoking_status,stroke\n");
        for (var id = 1; id <= rows; id++)
        {
            var (age, glucose) = (random.Next(8, 821) / 10.0, random.Next(5512, 27175) / 100.0);
            var (hypertension, heart) = (random.Next(5) == 0 ? 1 : 0, random.Next(8) == 0 ? 1 : 0);
            double[] terms = [1, age / 10, hypertension, heart, (glucose - 100) / 50];
            var stroke = random.NextDouble() < 1 / (1 + Math.Exp(-terms.Zip(GeneratedWith, (term, weight) => term * weight).Sum())) ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture, $"{id},{(id % 2 == 0 ? "Male" : "Female")},{age},{hypertension},{heart},Yes,Private,Urban,{glucose},N/A,Unknown,{stroke}\n");
        }

        return text.ToString();
    }
}
