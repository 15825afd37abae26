Console.WriteLine("strokecare");
